import type { Writable } from 'node:stream';

/** The streams that are written at the end of this turn of the event loop. */
let corked: Writable[] = [];

/**
 * Writes all frames or queries of this turn of the event loop together: a system call costs more than one of them. Commands of
 * Redis are joined over a whole iteration, by a function of their own.
 */
export function writeTogether(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  if (corked.length === 0) process.nextTick(uncorkAll);
  corked.push(stream);
  stream.cork();
}

function uncorkAll(): void {
  const streams = corked;
  corked = [];
  for (const stream of streams) stream.uncork();
}
