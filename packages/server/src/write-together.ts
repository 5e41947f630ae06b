import type { Writable } from 'node:stream';

/** The streams that are written at the end of this turn of the event loop. */
let corked: Writable[] = [];

/**
 * Writes all frames, commands or queries of this turn of the event loop together: a system call costs more than one of
 * them. Not those of a whole iteration: commands have a timeout, and an iteration of a busy server is long.
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
