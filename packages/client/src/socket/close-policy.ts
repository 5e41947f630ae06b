import { closeCodes } from '@chat/contract';

/**
 * What follows a close code: `final` gives up, `retry` dials again after the backoff, `refresh` asks
 * for a new token once and dials at once, `slow` waits between one and two times `backoff.maxMs`.
 */
export type CloseAction = 'final' | 'retry' | 'refresh' | 'slow';

/** Answers for single close codes, laid over the protocol's own. */
export type ClosePolicy = Readonly<Record<number, CloseAction>>;

/** The protocol's answers; a code that is not listed is retried. */
const protocolPolicy: ClosePolicy = {
  [closeCodes.normal]: 'final',
  [closeCodes.policyViolation]: 'final',
  [closeCodes.messageTooBig]: 'final',
  [closeCodes.forbidden]: 'final',
  [closeCodes.unauthorized]: 'refresh',
  [closeCodes.tooManyConnections]: 'slow',
};

export function closeAction(code: number, override: ClosePolicy = {}): CloseAction {
  return override[code] ?? protocolPolicy[code] ?? 'retry';
}
