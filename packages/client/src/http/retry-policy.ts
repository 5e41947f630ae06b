import { ChatApiError } from '../errors/chat-api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { RateLimitError } from '../errors/rate-limit-error.js';
import { ServerError } from '../errors/server-error.js';

/** How often and how long the client tries again; all times in milliseconds. */
export interface RetryPolicy {
  readonly limit: number;
  readonly maxWaitMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Whether the call may succeed when it is sent again as it was. Not after our own time limit: who
 * set one has waited long enough.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof ChatApiError) return [408, 502, 503, 504].includes(error.status);
  return error instanceof ConnectionError;
}

/**
 * The wait before the next try, or `undefined` when there is none. `repeatable`: sending the call twice
 * does no more than sending it once.
 */
export function retryDelay(
  error: unknown,
  tries: number,
  repeatable: boolean,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  const { limit, maxWaitMs } = policy;
  const limited = error instanceof RateLimitError;
  // A refusal over the allowance did nothing, so any call may be sent again.
  if (tries > limit || !(limited || (repeatable && isPassing(error)))) return undefined;
  const asked = limited || error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
  if (asked > maxWaitMs) return undefined;
  // What was asked for is a floor: jitter only lengthens it, and never past the longest wait.
  return Math.max(asked, Math.min(asked + backoff(tries, policy, random), maxWaitMs));
}

/** Full jitter above a floor: anywhere between `minDelayMs` and a ceiling that doubles. */
export function backoff(
  tries: number,
  { minDelayMs, maxDelayMs }: RetryPolicy,
  random: () => number,
): number {
  const ceiling = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(tries, 30));
  return minDelayMs + random() * Math.max(0, ceiling - minDelayMs);
}
