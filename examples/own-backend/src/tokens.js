// @ts-check
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * @typedef {object} Claims
 * @property {string} sub The username.
 * @property {string} jti The token's own id, by which a logout revokes it.
 * @property {number} exp When it ends, in seconds since 1970.
 */

/** The only header there is here: a token that names another algorithm is no token of ours. */
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** JSON Web Tokens signed with HS256 (RFC 7519), by hand: it is forty lines. */
export class Tokens {
  #lifetimeSeconds;
  #now;
  #secret = randomBytes(32);
  /** @type {Set<string>} */
  #revoked = new Set();

  /**
   * @param {number} lifetimeSeconds
   * @param {() => number} now
   */
  constructor(lifetimeSeconds, now) {
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#now = now;
  }

  /** @param {string} username */
  issue(username) {
    const iat = Math.floor(this.#now() / 1000);
    const claims = { sub: username, jti: randomUUID(), iat, exp: iat + this.#lifetimeSeconds };
    const signed = `${HEADER}.${encode(claims)}`;
    return `${signed}.${this.#sign(signed).toString('base64url')}`;
  }

  /**
   * The claims of a good token, `undefined` for any other.
   *
   * @param {string} token
   * @returns {Claims | undefined}
   */
  verify(token) {
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    if (header !== HEADER) return undefined;
    const expected = this.#sign(`${header}.${payload}`);
    const given = Buffer.from(signature, 'base64url');
    if (more.length > 0 || given.length !== expected.length) return undefined;
    // The signature is judged first, and always as HS256.
    if (!timingSafeEqual(given, expected)) return undefined;
    const claims = /** @type {Claims} */ (JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return this.isGood(claims) ? claims : undefined;
  }

  /** Whether a token that was good once still is. @param {Claims} claims */
  isGood({ exp, jti }) {
    return exp * 1000 > this.#now() && !this.#revoked.has(jti);
  }

  /** @param {Claims} claims */
  revoke(claims) {
    this.#revoked.add(claims.jti);
  }

  /** Every token that was ever issued stops being good at once. */
  expireAll() {
    this.#secret = randomBytes(32);
  }

  /** @param {string} text */
  #sign(text) {
    return createHmac('sha256', this.#secret).update(text).digest();
  }
}

/** @param {object} value */
function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
