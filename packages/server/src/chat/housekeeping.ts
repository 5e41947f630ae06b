import type { ChatApiDependencies } from './api.js';

const everyMs = 3_600_000;

/**
 * Lets the store forget keys and revocations that ran out, now and then. Called with each call instead
 * of by a timer: a server that nobody calls has nothing to forget, and no timer is left at its end.
 */
export function createHousekeeping(dependencies: ChatApiDependencies): () => void {
  const { clock, limits, logger, store } = dependencies;
  let nextAt = clock.now() + everyMs;
  return () => {
    const now = clock.now();
    if (now < nextAt) return;
    nextAt = now + everyMs;
    store
      .purge({ turnsCreated: now - limits.idempotencyLifetimeMs, revocationsExpired: now })
      .catch((err: unknown) => logger.warn({ err }, 'Could not clear what ran out.'));
  };
}
