// @ts-check
/** A sliding window: a maximum number of events per key in any sixty seconds. */
export class RateLimit {
  #perMinute;
  #minuteMs;
  #now;
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /**
   * @param {number} perMinute
   * @param {number} minuteMs Length of the window.
   * @param {() => number} now
   */
  constructor(perMinute, minuteMs, now) {
    this.#perMinute = perMinute;
    this.#minuteMs = minuteMs;
    this.#now = now;
  }

  /**
   * Counts one event if the limit allows it.
   *
   * @param {string} key
   * @returns {number} 0 if the event is allowed, otherwise the time to wait in milliseconds.
   */
  consume(key) {
    const now = this.#now();
    const times = this.#times.get(key) ?? [];
    const firstInWindow = times.findIndex((time) => time > now - this.#minuteMs);
    times.splice(0, firstInWindow === -1 ? times.length : firstInWindow);
    const [oldest = now] = times;
    if (times.length >= this.#perMinute) return oldest + this.#minuteMs - now;
    times.push(now);
    this.#times.set(key, times);
    return 0;
  }
}
