import type { ErrorStatus } from '@chat/contract';

/** A refusal that the caller is told of: an HTTP status, one readable sentence, and its headers. */
export class Problem extends Error {
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ErrorStatus, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.headers = headers;
  }
}
