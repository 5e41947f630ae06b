import type { RateLimitResult } from '../../domain/ports/index.js';

/** The times of the events of one key, oldest first. */
export class SlidingWindow {
  #times: number[] = [];
  /** Index of the oldest event that still counts: moving it is cheaper than shifting the array. */
  #start = 0;
  #windowMs = 0;

  take(now: number, limit: number, windowMs: number): RateLimitResult {
    this.#windowMs = windowMs;
    this.#drop(now);
    const count = this.#times.length - this.#start;
    if (count < limit) {
      this.#times.push(now);
      return { granted: true };
    }
    // The next event fits when all but `limit - 1` events have left the window.
    const leaving = this.#times[this.#start + Math.max(0, count - limit)] ?? now;
    return { granted: false, retryAfterMs: Math.max(1, leaving + windowMs - now) };
  }

  isEmptyAt(now: number): boolean {
    this.#drop(now);
    return this.#start === this.#times.length;
  }

  #drop(now: number): void {
    // A clock may be set back. Events with a later time would block the key until then.
    if ((this.#times.at(-1) ?? now) > now) {
      this.#times = this.#times.slice(this.#start).map((time) => Math.min(time, now));
      this.#start = 0;
    }
    const passed = now - this.#windowMs;
    while (this.#start < this.#times.length && this.#times[this.#start]! <= passed) {
      this.#start += 1;
    }
    if (this.#start > 64 && this.#start * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#start);
      this.#start = 0;
    }
  }
}
