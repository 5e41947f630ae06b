/**
 * The claims of a token (RFC 7519). Times are in whole seconds.
 *
 * @example
 * ```ts
 * import type { TokenClaims } from '@chat/server';
 *
 * const minutesLeft = ({ exp }: TokenClaims) => Math.floor((exp * 1000 - Date.now()) / 60_000);
 * ```
 */
export interface TokenClaims {
  /** The id of the user. */
  readonly sub: string;
  /** The id of the token; a revocation names it. */
  readonly jti: string;
  /** When it was issued, in seconds since the epoch. */
  readonly iat: number;
  /** When it expires, in seconds since the epoch. */
  readonly exp: number;
}

/**
 * Signs and verifies tokens. The built-in signer uses HS256. The domain itself checks expiry and revocation.
 *
 * @example
 * ```ts
 * import type { TokenSigner } from '@chat/server';
 * import { createRemoteJWKSet, jwtVerify } from 'jose';
 *
 * // Users log in at another service; this server only verifies their tokens.
 * const keys = createRemoteJWKSet(new URL('https://login.example.com/.well-known/jwks.json'));
 * const tokens: TokenSigner = {
 *   sign: () => Promise.reject(new Error('Log in at login.example.com.')),
 *   async verify(token) {
 *     const { payload } = await jwtVerify(token, keys).catch(() => ({ payload: {} as never }));
 *     const { sub, jti, iat, exp } = payload;
 *     return sub && jti && iat && exp ? { sub, jti, iat, exp } : undefined;
 *   },
 * };
 * ```
 */
export interface TokenSigner {
  /** Returns a token with these claims. */
  sign(claims: TokenClaims): Promise<string>;
  /** Returns the claims of a token with a valid signature and valid claims, otherwise `undefined`. */
  verify(token: string): Promise<TokenClaims | undefined>;
}
