import { contentProblem } from '@chat/contract';
import type { TokenClaims } from './ports.js';

const nameMaxLength = 255;
/** Ten years. A token that claims to live longer was not made by us. */
const longestLifetimeSeconds = 315_576_000;
/** The longest life that a token can be given, for whoever configures it. */
export const longestLifetimeMs = longestLifetimeSeconds * 1000;
/** The last second that a `Date` can show. */
const lastSecond = 8_640_000_000_000;

/**
 * The claims of a payload whose signature was good, or `undefined` when they are not of our shape.
 * Libraries accept a token without `exp`, or with one of 1e300: here all four must be there and in bounds.
 */
export function soundClaims(payload: unknown): TokenClaims | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { sub, jti, iat, exp } = payload as Partial<Record<keyof TokenClaims, unknown>>;
  if (!isName(sub) || !isName(jti) || !isSecond(iat) || !isSecond(exp)) return undefined;
  if (exp <= iat || exp - iat > longestLifetimeSeconds) return undefined;
  return { sub, jti, iat, exp };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && contentProblem(value, nameMaxLength) === undefined;
}

function isSecond(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= lastSecond;
}
