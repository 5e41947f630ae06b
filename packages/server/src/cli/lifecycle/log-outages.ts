import { setInterval } from 'node:timers';
import type { Logger } from '../../domain/ports/index.js';
import type { Store } from '../../domain/ports/store.js';

const intervalMs = 1_000;

/**
 * Checks each second whether the store can be used and logs each change, also when there are no requests. Returns a function
 * that stops this.
 */
export function logOutages(store: Store, logger: Logger): () => void {
  let failed = false;
  const timer = setInterval(async () => {
    try {
      await store.ping();
      if (failed) logger.warn({}, 'The store can be used again.');
      failed = false;
    } catch (err) {
      if (!failed) logger.error({ err }, 'The store cannot be used.');
      failed = true;
    }
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
