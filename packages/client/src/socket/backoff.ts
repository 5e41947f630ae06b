/**
 * How long to wait between dials.
 *
 * @example
 * ```ts
 * import type { BackoffOptions } from '@chat/client';
 *
 * // A screen on a wall has time: it may wait for minutes, and the server is left in peace.
 * const backoff: BackoffOptions = { minMs: 5_000, maxMs: 300_000 };
 * const socket = client.connect({ backoff });
 * ```
 */
export interface BackoffOptions {
  /**
   * The least wait before a dial that follows a failure, in milliseconds.
   * @default 500
   */
  minMs?: number | undefined;
  /**
   * The most that backoff ever waits, in milliseconds.
   * @default 30000
   */
  maxMs?: number | undefined;
  /**
   * How long a connection has to live before the waits start small again, in milliseconds.
   * @default 5000
   */
  minUptimeMs?: number | undefined;
}

/**
 * Full jitter above `minMs`: thousands of clients that lost their server in one moment come back
 * spread over the whole span, and the span doubles with each failure.
 */
export function backoffMs(
  attempt: number,
  { minMs, maxMs }: { minMs: number; maxMs: number },
  random: () => number,
): number {
  const top = Math.min(maxMs, minMs * 2 ** Math.min(attempt + 2, 30));
  return Math.round(minMs + random() * Math.max(0, top - minMs));
}
