// @ts-check
import { createHash, timingSafeEqual } from 'node:crypto';
import { tooManyRequests } from './http.js';
import { RateLimit } from './rate-limit.js';

/** The users and their passwords, and the login rate limit per address. */
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
    this.#attempts = new RateLimit(loginsPerMinute, minuteMs, now);
  }

  /** @param {string} address */
  countAttempt(address) {
    const waitMs = this.#attempts.consume(address);
    if (waitMs > 0)
      throw tooManyRequests('Too many logins from this address; try again later.', waitMs);
  }

  /**
   * @param {string} username
   * @param {string} password
   */
  matches(username, password) {
    const expected = this.#passwords.get(username);
    // Compare for an unknown username too, so that the response time does not reveal which usernames exist.
    return timingSafeEqual(digest(password), digest(expected ?? '')) && expected !== undefined;
  }
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest();
}
