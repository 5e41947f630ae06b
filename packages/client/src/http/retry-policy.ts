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

const passing = new Set([408, 502, 503, 504]);

/**
 * Whether the call may succeed when it is sent again as it was. Not after our own time limit: who
 * set one has waited long enough.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof ChatApiError) return passing.has(error.status);
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
  if (tries > policy.limit) return undefined;
  // A refusal over the allowance did nothing, so any call may be sent again.
  if (error instanceof RateLimitError) {
    return error.retryAfterMs > policy.maxWaitMs
      ? undefined
      : longer(error.retryAfterMs, tries, policy, random);
  }
  if (!repeatable || !isPassing(error)) return undefined;
  const asked = (error instanceof ServerError ? error.retryAfterMs : undefined) ?? 0;
  return asked > policy.maxWaitMs ? undefined : longer(asked, tries, policy, random);
}

/** What was asked for is a floor: jitter only lengthens it, and never past the longest wait. */
function longer(floor: number, tries: number, policy: RetryPolicy, random: () => number): number {
  const delay = floor + backoff(tries, policy, random);
  return Math.max(floor, Math.min(delay, policy.maxWaitMs));
}

/** Full jitter above a floor: anywhere between `minDelayMs` and a ceiling that doubles. */
export function backoff(tries: number, policy: RetryPolicy, random: () => number): number {
  const { minDelayMs, maxDelayMs } = policy;
  const ceiling = Math.max(minDelayMs, Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(tries, 30)));
  return minDelayMs + random() * (ceiling - minDelayMs);
}
