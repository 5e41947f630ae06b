import type { ChatApiDependencies } from '../api.js';
import type { TokenClaims } from '../ports/index.js';
import type { UserRecord } from '../ports/store.js';
import { createTokenId, passwordFingerprint, revocationIds } from './token-id.js';

/** The user and the token of an authenticated request. */
export interface Identity {
  readonly userId: string;
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /**
   * Defined when the store was not asked recently whether the token is revoked: the transaction of the request has to do it,
   * which saves a query. Called when it is not revoked.
   */
  readonly confirm?: () => void;
}

export interface Authentication {
  /** Issues a token for an authenticated user. */
  issue(user: UserRecord): Promise<string>;
  /**
   * The identity of a token; `undefined` when it is malformed, forged, expired or revoked.
   * @param deferCheck the result may have `confirm`
   */
  identify(token: string, deferCheck?: boolean): Promise<Identity | undefined>;
  /** Revokes the token on this instance immediately, and notifies all instances and the user's sockets. */
  revoke(identity: Identity): Promise<void>;
  /** Stops listening to revocations of other instances. */
  close(): void;
}

interface CachedIdentity {
  readonly identity: Identity;
  /** When the store was last asked whether the token is revoked. */
  checkedAt: number;
}

const maxCachedTokens = 10_000;
/** A revocation event may be lost between instances, so the store is asked again after this time. */
const revocationCheckMs = 1_000;
/** The clock of another instance, which issued the token, may be this far ahead. */
const clockSkewMs = 300_000;
/** Our tokens have about 300 characters. */
const tokenMaxLength = 4_096;
/** Libraries also accept padding (RFC 7515 does not), and each variant would get its own cache entry. */
const compactToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createAuthentication(dependencies: ChatApiDependencies): Authentication {
  const { clock, fanOut, idGenerator, limits, store, tokens } = dependencies;
  const cache = new Map<string, CachedIdentity>();
  // Detects a revocation during a check: its result may be outdated and must not be cached.
  let revocations = 0;

  const evict = (jti: string): void => {
    revocations += 1;
    for (const [token, { identity }] of cache) {
      if (identity.jti === jti) cache.delete(token);
    }
  };
  const close = fanOut.subscribe((_userId, event) => {
    if (event.kind === 'revoked') evict(event.jti);
  });

  const cacheIdentity = (token: string, identity: Identity): void => {
    const oldest = cache.size < maxCachedTokens ? undefined : cache.keys().next().value;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(token, { identity, checkedAt: clock.now() });
  };

  const isWithinLifetime = (claims: TokenClaims): boolean => {
    const now = clock.now();
    return claims.exp * 1000 > now && claims.iat * 1000 <= now + clockSkewMs;
  };

  const verify = async (token: string): Promise<Identity | undefined> => {
    if (token.length > tokenMaxLength || !compactToken.test(token)) return undefined;
    const claims = await tokens.verify(token);
    if (claims === undefined || !isWithinLifetime(claims)) return undefined;
    return { userId: claims.sub, jti: claims.jti, expiresAt: claims.exp * 1000 };
  };

  return {
    async issue({ id, passwordHash }) {
      const jti = createTokenId(await passwordFingerprint(passwordHash), idGenerator.next());
      const iat = Math.floor(clock.now() / 1000);
      const exp = iat + Math.max(1, Math.round(limits.tokenLifetimeMs / 1000));
      return tokens.sign({ sub: id, jti, iat, exp });
    },

    async identify(token, deferCheck = false) {
      const cached = cache.get(token);
      if (cached !== undefined && cached.identity.expiresAt <= clock.now()) {
        cache.delete(token);
        return undefined;
      }
      if (cached !== undefined && clock.now() - cached.checkedAt < revocationCheckMs)
        return cached.identity;
      if (cached !== undefined && deferCheck) {
        const checkedAt = clock.now();
        const confirm = () => {
          cached.checkedAt = checkedAt;
        };
        return { ...cached.identity, confirm };
      }
      const revocationsBefore = revocations;
      const identity = cached?.identity ?? (await verify(token));
      if (identity === undefined) return undefined;
      if (await store.isTokenRevoked(identity.userId, revocationIds(identity.jti))) {
        cache.delete(token);
        return undefined;
      }
      if (revocationsBefore === revocations) cacheIdentity(token, identity);
      return identity;
    },

    async revoke(identity) {
      await store.revokeToken(identity.userId, identity.jti, identity.expiresAt);
      evict(identity.jti);
      fanOut.publish(identity.userId, { kind: 'revoked', jti: identity.jti });
    },

    close,
  };
}
