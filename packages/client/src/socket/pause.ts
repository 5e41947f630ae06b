import { later } from './later.js';

/** Waits, and no longer than until `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = later(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
