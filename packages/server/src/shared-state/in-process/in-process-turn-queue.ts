import { unavailable } from '../../domain/errors.js';
import type { TurnQueue } from '../../domain/ports/index.js';
import { ShortLivedMap } from '../../domain/short-lived-map.js';

/**
 * First come, first served per user; users do not wait for each other.
 * @param maxQueuedTurns how many may wait behind the one in progress
 */
export function createInProcessTurnQueue({
  maxQueuedTurns,
}: {
  maxQueuedTurns: number;
}): TurnQueue {
  /** For each key with a turn in progress, the functions that start the waiting ones. */
  const waiting = new ShortLivedMap<(() => void)[]>();

  const start = <T>(key: string, queue: (() => void)[], work: () => Promise<T>): Promise<T> => {
    const done = work();
    const startNext = (): void => {
      const next = queue.shift();
      if (next === undefined) waiting.delete(key);
      else next();
    };
    done.then(startNext, startNext);
    return done;
  };

  return {
    run(key, work) {
      const queue = waiting.get(key);
      if (queue === undefined) {
        const queued: (() => void)[] = [];
        waiting.set(key, queued);
        return start(key, queued, work);
      }
      if (queue.length >= maxQueuedTurns) {
        const full = 'Too many of your messages wait for their replies; try again later.';
        return Promise.reject(unavailable(full));
      }
      return new Promise((resolve) => {
        queue.push(() => resolve(start(key, queue, work)));
      });
    },
  };
}
