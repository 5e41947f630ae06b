import { closeCodes } from '@chat/contract';

/**
 * What follows a close code: `final` gives up, `retry` dials again after the backoff, `refresh` asks
 * for a new token once and dials at once, `slow` waits between one and two times `backoff.maxMs`.
 *
 * @example
 * ```ts
 * import type { CloseAction } from '@chat/client';
 *
 * // A backend of another make says 4003 when a token has run out.
 * const tokenRanOut: CloseAction = 'refresh';
 * const socket = client.connect({ closePolicy: { 4003: tokenRanOut } });
 * ```
 */
export type CloseAction = 'final' | 'retry' | 'refresh' | 'slow';

/**
 * Answers for single close codes, laid over the protocol's own.
 *
 * @example
 * ```ts
 * import type { ClosePolicy } from '@chat/client';
 *
 * const closePolicy: ClosePolicy = {
 *   4000: 'final', // this user is banned
 *   4001: 'slow', // maintenance
 * };
 * const socket = client.connect({ closePolicy });
 * ```
 */
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
