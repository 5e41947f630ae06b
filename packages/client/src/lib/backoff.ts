/**
 * Exponential backoff with full jitter: a random delay between `minDelayMs` and a ceiling that doubles with each attempt.
 * Clients that lost their server at the same moment come back spread over the whole range.
 */
export function backoffMs(
  attempt: number,
  { minDelayMs, maxDelayMs }: { readonly minDelayMs: number; readonly maxDelayMs: number },
  random: () => number,
): number {
  const ceilingMs = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(attempt, 30));
  return minDelayMs + random() * Math.max(0, ceilingMs - minDelayMs);
}
