import type { Clock, RateLimiter, RateLimitResult } from '../../domain/ports/index.js';
import { SlidingWindow } from './sliding-window.js';

const granted = Promise.resolve<RateLimitResult>({ granted: true });

/**
 * An exact rate limit for this process: the time of every event is stored until its window has passed, so no window
 * boundary lets twice the limit through. Rejected attempts are not counted.
 */
export function createInProcessLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, SlidingWindow>();
  let sweepAt = Number.NEGATIVE_INFINITY;

  /** Removes keys without an event in their window; runs at most once per window. */
  const sweep = (now: number, windowMs: number): void => {
    if (now < sweepAt && sweepAt - now <= windowMs) return;
    sweepAt = now + windowMs;
    for (const [key, window] of windows) {
      if (window.isEmptyAt(now)) windows.delete(key);
    }
  };

  return {
    consume(key, limit, windowMs) {
      // An infinite limit needs no stored times.
      if (limit === Number.POSITIVE_INFINITY) return granted;
      const now = clock.now();
      sweep(now, windowMs);
      const window = windows.get(key) ?? new SlidingWindow();
      windows.set(key, window);
      const result = window.take(now, limit, windowMs);
      return result.granted ? granted : Promise.resolve(result);
    },
  };
}
