/**
 * Whether a {@link RateLimiter} allows an event.
 *
 * @example
 * ```ts
 * import type { RateLimitResult } from '@chat/server';
 *
 * const wait = (result: RateLimitResult) => (result.granted ? 0 : result.retryAfterMs);
 * ```
 */
export type RateLimitResult =
  | {
      /** The event is allowed and was counted. */
      readonly granted: true;
    }
  | {
      /** The event is not allowed and was not counted. */
      readonly granted: false;
      /** The event is allowed again after this time, in milliseconds. */
      readonly retryAfterMs: number;
    };

/**
 * Counts events in a sliding window: never more than `limit` in any `windowMs`.
 *
 * @example
 * ```ts
 * import { createChatServer, type RateLimiter } from '@chat/server';
 *
 * // Log who exceeds a limit; Redis counts.
 * const limiter: RateLimiter = {
 *   async consume(key, limit, windowMs) {
 *     const result = await shared.limiter.consume(key, limit, windowMs);
 *     if (!result.granted) console.warn(`${key}: more than ${limit} in ${windowMs} ms`);
 *     return result;
 *   },
 * };
 * const app = await createChatServer({ store, shared: { ...shared, limiter } });
 * ```
 */
export interface RateLimiter {
  /** Counts one event of `key`, unless that would be more than `limit` in `windowMs` milliseconds. */
  consume(key: string, limit: number, windowMs: number): Promise<RateLimitResult>;
}
