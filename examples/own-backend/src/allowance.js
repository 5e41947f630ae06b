// @ts-check
/** So many events per key in any sixty seconds. */
export class Allowance {
  #perMinute;
  #minuteMs;
  #now;
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /**
   * @param {number} perMinute
   * @param {number} minuteMs How long that minute is.
   * @param {() => number} now
   */
  constructor(perMinute, minuteMs, now) {
    this.#perMinute = perMinute;
    this.#minuteMs = minuteMs;
    this.#now = now;
  }

  /**
   * Counts one more when it is allowed.
   *
   * @param {string} key
   * @returns {number} 0, or how many milliseconds to wait.
   */
  take(key) {
    const now = this.#now();
    const times = this.#times.get(key) ?? [];
    const firstLive = times.findIndex((time) => time > now - this.#minuteMs);
    times.splice(0, firstLive === -1 ? times.length : firstLive);
    const [oldest = now] = times;
    if (times.length >= this.#perMinute) return oldest + this.#minuteMs - now;
    times.push(now);
    this.#times.set(key, times);
    return 0;
  }
}
