// @ts-check
const MINUTE_MS = 60_000;

/** So many events per key in any sixty seconds. */
export class Allowance {
  #perMinute;
  /** @type {Map<string, number[]>} */
  #times = new Map();

  /** @param {number} perMinute */
  constructor(perMinute) {
    this.#perMinute = perMinute;
  }

  /**
   * Whether one more is allowed; it is counted when it is.
   *
   * @param {string} key
   */
  take(key) {
    const now = Date.now();
    const times = this.#times.get(key) ?? [];
    const firstLive = times.findIndex((time) => time > now - MINUTE_MS);
    times.splice(0, firstLive === -1 ? times.length : firstLive);
    if (times.length >= this.#perMinute) return false;
    times.push(now);
    this.#times.set(key, times);
    return true;
  }
}
