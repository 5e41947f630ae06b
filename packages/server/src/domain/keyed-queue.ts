import { unavailable } from './errors.js';
import type { TurnQueue } from './ports/index.js';
import { ShortLivedMap } from './short-lived-map.js';

/**
 * Runs the work of each key in order, one at a time, in this process; different keys do not wait for each other. Waiting work
 * keeps the asynchronous context of its caller.
 * @param maxQueuedTurns how many may wait behind the one in progress
 */
export function createKeyedQueue({ maxQueuedTurns }: { maxQueuedTurns: number }): TurnQueue {
  /** For each key with work in progress, the functions that start the waiting work. */
  const waiting = new ShortLivedMap<(() => void)[]>();

  const startNext = (key: string): void => {
    const next = waiting.get(key)?.shift();
    if (next === undefined) waiting.delete(key);
    else next();
  };

  return {
    async run(key, work) {
      const queue = waiting.get(key);
      if (queue === undefined) {
        waiting.set(key, []);
      } else if (queue.length < maxQueuedTurns) {
        await new Promise<void>((start) => queue.push(start));
      } else {
        throw unavailable('Too many of your messages wait for their replies; try again later.');
      }
      try {
        return await work();
      } finally {
        startNext(key);
      }
    },
  };
}
