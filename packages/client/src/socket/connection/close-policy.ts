/**
 * What the socket does after a close code: `final` closes it, `retry` reconnects after the backoff, `refresh` gets a
 * new token once and reconnects at once, `slow` waits between one and two times `backoff.maxDelayMs`.
 *
 * @example
 * ```ts
 * import type { CloseAction } from '@chat/client';
 *
 * // This backend closes with 4003 when the token has expired.
 * const tokenExpired: CloseAction = 'refresh';
 * const socket = client.connect({ closePolicy: { 4003: tokenExpired } });
 * ```
 */
export type CloseAction = 'final' | 'retry' | 'refresh' | 'slow';

/**
 * Actions by close code; they override those of the protocol.
 *
 * @example
 * ```ts
 * import type { ClosePolicy } from '@chat/client';
 *
 * const closePolicy: ClosePolicy = {
 *   4000: 'final', // the user is banned
 *   4001: 'slow', // maintenance
 * };
 * const socket = client.connect({ closePolicy });
 * ```
 */
export type ClosePolicy = Readonly<Record<number, CloseAction>>;

// Numbers instead of the contract's table of close codes, which would add its names to every browser bundle.
export const NORMAL = 1000;
/** Reported when the connection was lost without a close frame. */
export const ABNORMAL = 1006;
export const TOO_MANY_CONNECTIONS = 4429;

/** The actions of the protocol; other codes are retried. */
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
  [TOO_MANY_CONNECTIONS]: 'slow',
};

export function closeAction(code: number, override: ClosePolicy = {}): CloseAction {
  return override[code] ?? protocolPolicy[code] ?? 'retry';
}
