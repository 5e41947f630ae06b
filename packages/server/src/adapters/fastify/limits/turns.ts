import { setImmediate } from 'node:timers/promises';

/** Creates a queue that gives one waiter per turn of the event loop its turn: other work is done in between. */
export function createTurns(): () => Promise<unknown> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}
