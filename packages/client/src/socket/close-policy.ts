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

// The contract's table of codes, in figures: with all its names it would weigh on every page.
export const NORMAL = 1000;
/** What a line is told to have ended with when it broke without a close frame. */
export const ABNORMAL = 1006;

/** The protocol's answers; a code that is not listed is retried. */
const protocolPolicy: ClosePolicy = {
  [NORMAL]: 'final',
  /** Policy violation. */
  1008: 'final',
  /** Message too big. */
  1009: 'final',
  /** Unauthorized. */
  4401: 'refresh',
  /** Forbidden. */
  4403: 'final',
  /** Too many connections. */
  4429: 'slow',
};

export function closeAction(code: number, override: ClosePolicy = {}): CloseAction {
  return override[code] ?? protocolPolicy[code] ?? 'retry';
}
