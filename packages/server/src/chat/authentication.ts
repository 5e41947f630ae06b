import type { ChatApiDependencies } from './api.js';
import type { TokenClaims } from './ports.js';
import type { UserRecord } from './store.js';
import { isTokenOver, passwordMark, tokenIdOf } from './token-id.js';

/** Whom a good token speaks for. */
export interface Identity {
  readonly userId: string;
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Authentication {
  /** A new token for a user who proved to be that user. */
  issue(user: UserRecord): Promise<string>;
  /** Whom the token speaks for; `undefined` when it is malformed, forged, expired or revoked. */
  identify(token: string): Promise<Identity | undefined>;
  /** Makes the token worthless, here at once, and tells all instances and the user's sockets. */
  revoke(identity: Identity): Promise<void>;
  /** Stops listening for what other instances revoke. */
  close(): void;
}

interface Remembered {
  readonly identity: Identity;
  /** When the store last said that the token is not revoked. */
  checkedAt: number;
}

const rememberedMax = 10_000;
/** News of a revocation may get lost between instances: the store is asked again this often. */
const recheckMs = 1_000;
/** How far ahead the clock of another instance may be. */
const leewayMs = 60_000;
/** Ours have some 300 characters. */
const tokenMaxLength = 4_096;
/** Libraries also take padding and the like (RFC 7515 does not): each spelling would be remembered. */
const compactToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export function createAuthentication(dependencies: ChatApiDependencies): Authentication {
  const { clock, fanOut, identifiers, limits, store, tokens } = dependencies;
  const remembered = new Map<string, Remembered>();
  // Tells a check that began before a revocation that what it found may be stale.
  let revocations = 0;

  const forget = (jti: string): void => {
    revocations += 1;
    for (const [token, { identity }] of remembered) {
      if (identity.jti === jti) remembered.delete(token);
    }
  };
  const close = fanOut.subscribe((_userId, event) => {
    if (event.kind === 'revoked') forget(event.jti);
  });

  const remember = (token: string, identity: Identity): void => {
    const oldest = remembered.size < rememberedMax ? undefined : remembered.keys().next().value;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(token, { identity, checkedAt: clock.now() });
  };

  const isTimely = (claims: TokenClaims): boolean => {
    const now = clock.now();
    return claims.exp * 1000 > now && claims.iat * 1000 <= now + leewayMs;
  };

  const verify = async (token: string): Promise<Identity | undefined> => {
    if (token.length > tokenMaxLength || !compactToken.test(token)) return undefined;
    const claims = await tokens.verify(token);
    if (claims === undefined || !isTimely(claims)) return undefined;
    return { userId: claims.sub, jti: claims.jti, expiresAt: claims.exp * 1000 };
  };

  return {
    async issue({ id, passwordHash }) {
      const jti = tokenIdOf(await passwordMark(passwordHash), identifiers.next());
      const iat = Math.floor(clock.now() / 1000);
      const exp = iat + Math.max(1, Math.round(limits.tokenLifetimeMs / 1000));
      return tokens.sign({ sub: id, jti, iat, exp });
    },

    async identify(token) {
      const known = remembered.get(token);
      if (known !== undefined && known.identity.expiresAt <= clock.now()) {
        remembered.delete(token);
        return undefined;
      }
      if (known !== undefined && clock.now() - known.checkedAt < recheckMs) return known.identity;
      const before = revocations;
      const identity = known?.identity ?? (await verify(token));
      if (identity === undefined) return undefined;
      if (await isTokenOver(store, identity.jti)) {
        remembered.delete(token);
        return undefined;
      }
      if (before === revocations) remember(token, identity);
      return identity;
    },

    async revoke(identity) {
      await store.revokeToken(identity.jti, identity.expiresAt);
      forget(identity.jti);
      fanOut.publish(identity.userId, { kind: 'revoked', jti: identity.jti });
    },

    close,
  };
}
