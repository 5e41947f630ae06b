import { type ErrorStatus, headers } from '@chat/contract';

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

/** 404, for a path or a method of a path that does not exist. */
export function nothingHere(method: string): Problem {
  return new Problem(404, `There is nothing at this path for ${method}.`);
}

export const bodyTooLarge = new Problem(413, 'The body is too large.');

export const badPath = new Problem(400, 'The path is not properly percent-encoded.');

/** 401, with the scheme that RFC 9110 (11.6.1) wants named. */
export function unauthorized(detail: string): Problem {
  return new Problem(401, detail, { 'WWW-Authenticate': 'Bearer' });
}

/** 429, with how long to stay away. */
export function tooManyRequests(detail: string, retryAfterMs: number): Problem {
  return new Problem(429, detail, { [headers.retryAfter]: retryAfterSeconds(retryAfterMs) });
}

/** 503, with how long to stay away. */
export function unavailable(detail: string, retryAfterMs = 1000): Problem {
  return new Problem(503, detail, { [headers.retryAfter]: retryAfterSeconds(retryAfterMs) });
}

/** Whole seconds, and never earlier than the truth. */
function retryAfterSeconds(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
}
