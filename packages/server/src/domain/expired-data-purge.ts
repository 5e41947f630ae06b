import type { ChatApiDependencies } from './api.js';

const intervalMs = 3_600_000;

/**
 * Deletes expired idempotency records and revocations from time to time. It is called with every request instead of by a
 * timer: an idle server has nothing to delete, and no timer keeps the process alive.
 */
export function createExpiredDataPurge(dependencies: ChatApiDependencies): () => void {
  const { clock, limits, logger, store } = dependencies;
  let nextRunAt = clock.now() + intervalMs;
  return () => {
    const now = clock.now();
    if (now < nextRunAt) return;
    nextRunAt = now + intervalMs;
    store
      .purge({
        idempotencyRecordsCreated: now - limits.idempotencyLifetimeMs,
        revocationsExpired: now,
      })
      .catch((err: unknown) => logger.warn({ err }, 'Expired data could not be deleted.'));
  };
}
