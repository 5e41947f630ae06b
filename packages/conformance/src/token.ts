/** One part of a JWT: 0 is the header, 1 the claims. */
export function decodeTokenPart(token: string, index: number): Record<string, unknown> {
  const part = (token.split('.')[index] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  return JSON.parse(atob(part)) as Record<string, unknown>;
}

/** The time from `iat` to `exp`; `undefined` when the token has none, because it is not a JWT. */
export function tokenLifetimeMs(token: string): number | undefined {
  try {
    const { iat, exp } = decodeTokenPart(token, 1) as { iat: number; exp: number };
    const lifetimeMs = (exp - iat) * 1000;
    return Number.isFinite(lifetimeMs) ? lifetimeMs : undefined;
  } catch {
    return undefined;
  }
}
