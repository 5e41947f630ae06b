import type { TurnQueue } from '../chat/ports.js';
import { unavailable } from '../chat/problem.js';

/**
 * First come, first served for each user, and no user waits for another.
 * @param turnsWaiting how many may wait behind the one under way
 */
export function createInProcessTurnQueue({ turnsWaiting }: { turnsWaiting: number }): TurnQueue {
  /** The starts of those who wait, for each key with a turn under way. */
  const waiting = new Map<string, (() => void)[]>();

  const begin = <T>(key: string, line: (() => void)[], work: () => Promise<T>): Promise<T> => {
    const done = work();
    const leave = (): void => {
      const next = line.shift();
      if (next === undefined) waiting.delete(key);
      else next();
    };
    done.then(leave, leave);
    return done;
  };

  return {
    run(key, work) {
      const line = waiting.get(key);
      if (line === undefined) {
        const own: (() => void)[] = [];
        waiting.set(key, own);
        return begin(key, own, work);
      }
      if (line.length >= turnsWaiting) {
        const full = 'Too many of your messages wait for their replies; try again later.';
        return Promise.reject(unavailable(full));
      }
      return new Promise((resolve) => {
        line.push(() => resolve(begin(key, line, work)));
      });
    },
  };
}
