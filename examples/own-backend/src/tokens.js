// @ts-check
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * @typedef {object} Claims
 * @property {string} sub The username.
 * @property {string} jti The token's id, which a logout revokes.
 * @property {number} exp Expiry, in seconds since 1970.
 */

/** The only accepted header: a token with another algorithm is invalid. */
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** JSON Web Tokens signed with HS256 (RFC 7519). */
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
   * The claims of a valid token, or `undefined`.
   *
   * @param {string} token
   * @returns {Claims | undefined}
   */
  verify(token) {
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    if (header !== HEADER) return undefined;
    const expected = this.#sign(`${header}.${payload}`);
    const actual = Buffer.from(signature, 'base64url');
    if (more.length > 0 || actual.length !== expected.length) return undefined;
    // Verify the signature before anything else, and always as HS256.
    if (!timingSafeEqual(actual, expected)) return undefined;
    const claims = /** @type {Claims} */ (JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return this.isValid(claims) ? claims : undefined;
  }

  /** Whether verified claims are not expired and not revoked. @param {Claims} claims */
  isValid({ exp, jti }) {
    return exp * 1000 > this.#now() && !this.#revoked.has(jti);
  }

  /** @param {Claims} claims */
  revoke(claims) {
    this.#revoked.add(claims.jti);
  }

  /** Invalidates every issued token. */
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
