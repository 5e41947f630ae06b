/** A longer timeout fires at once (HTML, Node). */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** `setTimeout` for any duration. Longer ones than 24.8 days are cut to that. */
export function setLongTimeout(task: () => void, ms: number): ReturnType<typeof setTimeout> {
  return setTimeout(task, Math.min(ms, MAX_TIMEOUT_MS));
}

/** Resolves after `ms`; never, and without a timer left behind, once `signal` has aborted. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setLongTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
