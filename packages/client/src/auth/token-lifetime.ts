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
    const { exp, iat } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const sound = typeof exp === 'number' && typeof iat === 'number' && exp > iat;
    const lifetimeMs = (exp - iat) * 1000;
    return sound && Number.isFinite(lifetimeMs) ? lifetimeMs : undefined;
  } catch {
    return undefined;
  }
}
