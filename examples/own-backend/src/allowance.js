// @ts-check
const MINUTE_MS = 60_000;

/** So many events per key in any sixty seconds. */
export class Allowance {
  #perMinute;
  #now;
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /**
   * @param {number} perMinute
   * @param {() => number} now
   */
  constructor(perMinute, now) {
    this.#perMinute = perMinute;
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
    const firstLive = times.findIndex((time) => time > now - MINUTE_MS);
    times.splice(0, firstLive === -1 ? times.length : firstLive);
    const [oldest = now] = times;
    if (times.length >= this.#perMinute) return oldest + MINUTE_MS - now;
    times.push(now);
    this.#times.set(key, times);
    return 0;
  }
}
