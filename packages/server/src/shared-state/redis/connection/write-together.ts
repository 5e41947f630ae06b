import type { Writable } from 'node:stream';
// Imported, not global: a test that fakes the global timers must not stop Redis.
import { setImmediate } from 'node:timers';

const corked = new WeakSet<Writable>();

/**
 * Sends the commands of this iteration of the event loop in one write. A write is a system call and wakes Redis up, which costs
 * more than a command.
 */
export function writeTogether(stream: Writable): void {
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  setImmediate(() => {
    corked.delete(stream);
    stream.uncork();
  });
}
