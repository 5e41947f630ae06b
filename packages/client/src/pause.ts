import { later } from './later.js';

/** Waits; for ever once `signal` has aborted, and then nothing is left of it. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = later(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
