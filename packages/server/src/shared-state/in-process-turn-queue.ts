import type { TurnQueue } from '../chat/ports.js';
import { unavailable } from '../chat/problem.js';

/**
 * First come, first served for each user, and no user waits for another.
 * @param turnsWaiting how many may wait behind the one under way
 */
export function createInProcessTurnQueue({ turnsWaiting }: { turnsWaiting: number }): TurnQueue {
  /** The starts of those who wait, for each key with a turn under way. */
  const waiting = new Map<string, (() => void)[]>();

  const enter = (key: string): Promise<void> | undefined => {
    const line = waiting.get(key);
    if (line === undefined) {
      waiting.set(key, []);
      return undefined;
    }
    if (line.length >= turnsWaiting) {
      throw unavailable('Too many of your messages wait for their replies; try again later.');
    }
    return new Promise((start) => {
      line.push(start);
    });
  };

  const leave = (key: string): void => {
    const next = waiting.get(key)?.shift();
    if (next === undefined) waiting.delete(key);
    else next();
  };

  return {
    async run(key, work) {
      await enter(key);
      try {
        return await work();
      } finally {
        leave(key);
      }
    },
  };
}
