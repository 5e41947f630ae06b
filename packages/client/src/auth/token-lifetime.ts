import type { StoredToken } from './token-store.js';

const longestMarginMs = 30_000;

/**
 * A token with the times at which it should be renewed and will be refused. They are counted from
 * when it came, by the local clock: a clock that is ten minutes off does no harm. A token that does
 * not tell its lifetime is used until it is refused.
 */
export function withLifetime(accessToken: string, receivedAt: number): StoredToken {
  const lifetimeMs = lifetimeOf(accessToken);
  if (lifetimeMs === undefined) return { accessToken };
  const expiresAt = receivedAt + lifetimeMs;
  return {
    accessToken,
    expiresAt,
    refreshAt: expiresAt - Math.min(longestMarginMs, lifetimeMs / 10),
  };
}

/** `exp - iat` of a JSON web token (RFC 7519), in milliseconds. */
function lifetimeOf(token: string): number | undefined {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims !== 'object' || claims === null) return undefined;
    const { exp, iat } = claims as { exp?: unknown; iat?: unknown };
    if (typeof exp !== 'number' || typeof iat !== 'number') return undefined;
    const lifetimeMs = (exp - iat) * 1000;
    return Number.isFinite(lifetimeMs) && lifetimeMs > 0 ? lifetimeMs : undefined;
  } catch {
    return undefined;
  }
}
