import type { Writable } from 'node:stream';
// Imported, not global: a test that fakes the global timers must not stop Redis.
import { setImmediate } from 'node:timers';

/** Writes what is sent until `schedule` runs its task together: each write is a system call, and may wake another process up. */
function joinWrites(schedule: (task: () => void) => void): (stream: Writable) => void {
  let corked: Writable[] = [];
  const uncorkAll = (): void => {
    const streams = corked;
    corked = [];
    for (const stream of streams) stream.uncork();
  };
  return (stream) => {
    if (stream.writableCorked > 0) return;
    if (corked.length === 0) schedule(uncorkAll);
    corked.push(stream);
    stream.cork();
  };
}

/** Joins the frames or queries of this turn of the event loop. */
export const writeTurnTogether = joinWrites((task) => process.nextTick(task));

/** Joins the commands of this iteration of the event loop, which are those of all its requests. */
export const writeIterationTogether = joinWrites(setImmediate);
