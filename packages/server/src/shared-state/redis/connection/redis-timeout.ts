export const defaultTimeoutMs = 500;
export const minTimeoutMs = 10;
export const maxTimeoutMs = 60_000;

/** @throws {RangeError} */
export function checkTimeout(timeoutMs: number): void {
  if (Number.isInteger(timeoutMs) && timeoutMs >= minTimeoutMs && timeoutMs <= maxTimeoutMs) return;
  throw new RangeError(
    `The option "timeoutMs" must be an integer from ${minTimeoutMs} to ${maxTimeoutMs} (milliseconds), not ${String(timeoutMs)}.`,
  );
}
