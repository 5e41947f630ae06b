import type { StoredToken } from './token-stores.js';

const maxRefreshMarginMs = 30_000;

/**
 * The token with its expiry and the time of its refresh. The lifetime is counted from the arrival of the token by the
 * local clock, so the local clock and the backend's need not agree. A token without a known lifetime is used until the
 * backend rejects it.
 */
export function parseTokenLifetime(accessToken: string, receivedAt: number): StoredToken {
  const { exp, iat } = claimsOf(accessToken);
  const isValid = typeof exp === 'number' && typeof iat === 'number' && exp > iat;
  const lifetimeMs = isValid ? (exp - iat) * 1000 : Number.NaN;
  if (!Number.isFinite(lifetimeMs)) return { accessToken };
  const expiresAt = receivedAt + lifetimeMs;
  return {
    accessToken,
    expiresAt,
    refreshAt: expiresAt - Math.min(maxRefreshMarginMs, lifetimeMs / 10),
  };
}

/** The user of a JSON Web Token (RFC 7519); undefined for other tokens. */
export function subjectOf(accessToken: string): string | undefined {
  const { sub } = claimsOf(accessToken);
  return typeof sub === 'string' ? sub : undefined;
}

function claimsOf(accessToken: string): { exp?: unknown; iat?: unknown; sub?: unknown } {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    return Object(JSON.parse(bytes));
  } catch {
    return {};
  }
}
