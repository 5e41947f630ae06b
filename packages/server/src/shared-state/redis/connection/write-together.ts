import type { Writable } from 'node:stream';

const corked = new WeakSet<Writable>();

/**
 * Sends the commands of this turn of the event loop in one write: a system call costs more than a command. Not those of a whole
 * iteration: commands have a timeout, and an iteration of a busy server is long.
 */
export function writeTogether(stream: Writable): void {
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  process.nextTick(() => {
    corked.delete(stream);
    stream.uncork();
  });
}
