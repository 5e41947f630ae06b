import { validateContent } from '@chat/contract';
import type { TokenClaims } from '../ports/index.js';

const nameMaxLength = 255;
/** Ten years. This server issues no token with a longer lifetime. */
const maxLifetimeSeconds = 315_576_000;
/** The maximum of the option `tokenLifetimeMs`. */
export const maxTokenLifetimeMs = maxLifetimeSeconds * 1000;
/** The last second that a `Date` can represent. */
const lastSecond = 8_640_000_000_000;

/**
 * The claims of a verified payload, or `undefined` when they are invalid. Libraries accept a token without `exp`, or with
 * one of 1e300: here all four claims are required and have bounds.
 */
export function parseClaims(payload: unknown): TokenClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { sub, jti, iat, exp } = payload as Partial<Record<keyof TokenClaims, unknown>>;
  if (!isValidId(sub) || !isValidId(jti) || !isUnixSeconds(iat) || !isUnixSeconds(exp))
    return undefined;
  if (exp <= iat || exp - iat > maxLifetimeSeconds) return undefined;
  return { sub, jti, iat, exp };
}

function isValidId(value: unknown): value is string {
  return typeof value === 'string' && validateContent(value, nameMaxLength) === undefined;
}

function isUnixSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= lastSecond;
}
