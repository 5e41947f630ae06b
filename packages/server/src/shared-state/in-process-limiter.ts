import type { Allowance, Clock, Limiter } from '../chat/ports.js';
import { SlidingWindow } from './sliding-window.js';

const granted = Promise.resolve<Allowance>({ granted: true });

/**
 * Counts in this process, exactly: the time of every event is kept until its window has passed, so
 * that no boundary lets through twice the allowance. Refused attempts are not counted.
 */
export function createInProcessLimiter(clock: Clock): Limiter {
  const windows = new Map<string, SlidingWindow>();
  let sweepAt = Number.NEGATIVE_INFINITY;

  /** Forgets who was quiet for a whole window, at most once in a window. */
  const sweep = (now: number, windowMs: number): void => {
    if (now < sweepAt && sweepAt - now <= windowMs) return;
    sweepAt = now + windowMs;
    for (const [key, window] of windows) {
      if (window.isEmptyAt(now)) windows.delete(key);
    }
  };

  return {
    take(key, limit, windowMs) {
      // An allowance without end needs no memory of how it was spent.
      if (limit === Number.POSITIVE_INFINITY) return granted;
      const now = clock.now();
      sweep(now, windowMs);
      const window = windows.get(key) ?? new SlidingWindow();
      windows.set(key, window);
      const allowance = window.take(now, limit, windowMs);
      return allowance.granted ? granted : Promise.resolve(allowance);
    },
  };
}
