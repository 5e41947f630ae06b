// @ts-check
import { createHash, timingSafeEqual } from 'node:crypto';
import { Allowance } from './allowance.js';
import { tooMany } from './http.js';

/** Who may log in, and how often an address may try. */
export class Accounts {
  #passwords;
  #attempts;

  /**
   * @param {Readonly<Record<string, string>>} users Passwords by username.
   * @param {number} loginsPerMinute
   * @param {number} minuteMs
   * @param {() => number} now
   */
  constructor(users, loginsPerMinute, minuteMs, now) {
    this.#passwords = new Map(Object.entries(users));
    this.#attempts = new Allowance(loginsPerMinute, minuteMs, now);
  }

  /** @param {string} address */
  countAttempt(address) {
    const waitMs = this.#attempts.take(address);
    if (waitMs > 0) throw tooMany('Too many logins from this address; try again later.', waitMs);
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  matches(username, password) {
    const expected = this.#passwords.get(username);
    // Compared also for an unknown name, so that the time taken does not tell which names exist.
    return timingSafeEqual(digest(password), digest(expected ?? '')) && expected !== undefined;
  }
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest();
}
