import { ChatApiError, RateLimitError, ServerError } from '../errors/api-errors.js';
import { ConnectionError, ResponseValidationError } from '../errors/call-errors.js';
import { isForeignResponse } from '../errors/is-permanent-error.js';
import { backoffMs } from '../lib/backoff.js';

/** The resolved `retry` options. */
export interface RetryPolicy {
  readonly limit: number;
  readonly maxWaitMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** From 520: Cloudflare could not get a response from the backend. */
const transientStatuses = [408, 502, 503, 504, 520, 521, 522, 523, 524, 530];

/**
 * The longest wait that a backend can impose: a wrong `Retry-After` must not stop the client for its whole life. After
 * that, a call tries again.
 */
export const maxImposedWaitMs = 3_600_000;

/**
 * Whether the same request may succeed later. A `TimeoutError` is not transient: the caller has already waited as
 * long as it wanted to.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ChatApiError) return transientStatuses.includes(error.status);
  if (error instanceof ResponseValidationError) return error.truncated;
  return error instanceof ConnectionError;
}

/**
 * Whether a login, which has no effect when it fails, may succeed later: also after the HTML page of a proxy that
 * cannot reach the backend, whatever its status. The backend's own answer is final.
 */
export function isTransientLogin(error: unknown): boolean {
  return isTransient(error) || isForeignResponse(error);
}

/**
 * The delay before the next attempt, or `undefined` when there is none. `mayRepeat`: the error is transient, and
 * sending the request twice has the same effect as sending it once.
 */
export function retryDelayMs(
  error: unknown,
  attempt: number,
  mayRepeat: boolean,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  const { limit, maxWaitMs } = policy;
  const rateLimited = error instanceof RateLimitError;
  // A rate-limited request had no effect, so it may always be sent again.
  if (attempt > limit || !(rateLimited || mayRepeat)) return undefined;
  const retryAfterMs = rateLimited || error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
  if (retryAfterMs > maxWaitMs) return undefined;
  // `Retry-After` is a minimum: jitter only adds to it, up to `maxWaitMs`.
  const delayMs = retryAfterMs + backoffMs(attempt, policy, random);
  return Math.max(retryAfterMs, Math.min(delayMs, maxWaitMs));
}

// RFC 9110 section 5.6.7: the current date format, and the two obsolete ones that a recipient must accept.
const httpDate =
  /^[A-Z][a-z]+, ([ \d]\d)[ -]([A-Z][a-z]{2})[ -](\d\d|\d{4}) (\d\d:\d\d):([0-5]\d|60) GMT$/;
const asctime = /^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) ([ \d]\d) ([\d:]+) (\d{4})$/;

/**
 * The wait of a `Retry-After` header in milliseconds: from seconds, whole or fractional, or an HTTP date.
 * `undefined` for anything else. Not `Date.parse` alone, which parses `-5` and `2` as dates.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : Math.max(0, parseHttpDate(text, now) - now);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** `NaN` for an invalid date. */
export function parseHttpDate(text: string, now: number): number {
  const [, day, month, year, minute, second] =
    httpDate.exec(text.replace(asctime, '$1, $3 $2 $5 $4 GMT')) ?? [];
  if (year === undefined) return Number.NaN;
  // The seconds separately: `Date.parse` rejects a leap second.
  const date = Date.parse(`${day} ${month} ${fullYear(year, now)} ${minute}:00 GMT`);
  return date + Number(second) * 1000;
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead is the most recent such year in the past. */
function fullYear(digits: string, now: number): number {
  if (digits.length > 2) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
