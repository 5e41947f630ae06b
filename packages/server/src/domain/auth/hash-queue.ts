import type { AbortState } from '../api.js';
import { unavailable } from '../errors.js';
import type { PasswordHasher } from '../ports/index.js';

export interface HashQueue {
  /**
   * Like {@link PasswordHasher.verify}, with a bounded queue.
   * @param signal aborted when the client disconnected; its login is then skipped
   * @throws {@link HttpError} 503 when the queue is full
   */
  verify(hash: string, password: string, signal?: AbortState): Promise<boolean>;
}

interface Waiting {
  readonly signal: AbortState | undefined;
  /** Passes false when the client disconnected. */
  settle(isTurn: boolean): void;
}

/**
 * Verifies a few passwords at a time. A hash is slow on purpose: without a bound, a flood of logins from many addresses
 * would let everybody wait for half a minute.
 */
export function createHashQueue(passwords: PasswordHasher, maxQueued: number): HashQueue {
  const { concurrency = 2 } = passwords;
  let waiting: Waiting[] = [];
  let running = 0;

  const dropAborted = (): void => {
    const aborted = waiting.filter(({ signal }) => signal?.aborted);
    waiting = waiting.filter(({ signal }) => !signal?.aborted);
    for (const { settle } of aborted) settle(false);
  };

  const waitForTurn = async (signal: AbortState | undefined): Promise<boolean> => {
    if (signal?.aborted) return false;
    if (running < concurrency) {
      running += 1;
      return true;
    }
    if (waiting.length >= maxQueued) dropAborted();
    if (waiting.length >= maxQueued) {
      throw unavailable('Too many logins are in progress; try again later.');
    }
    return new Promise((settle) => waiting.push({ signal, settle }));
  };

  const endTurn = (): void => {
    dropAborted();
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next.settle(true);
  };

  return {
    async verify(hash, password, signal) {
      if (!(await waitForTurn(signal))) {
        throw unavailable('The client disconnected before the password was verified.');
      }
      try {
        return await passwords.verify(hash, password);
      } finally {
        endTurn();
      }
    },
  };
}
