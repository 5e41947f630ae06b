import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createTurns } from './turns.js';

/** How much text is written before other requests have their turn. */
const sliceLength = 65_536;

/** Over all responses. */
const nextTurn = createTurns();

/**
 * A large body as a stream. It is read from the store and serialized as fast as the client reads it. A client that does not
 * read for `writeTimeoutMs` loses its connection.
 */
export function streamJson(
  parts: AsyncIterable<string>,
  response: ServerResponse,
  writeTimeoutMs: number,
): Readable {
  const timer = setTimeout(() => response.destroy(), writeTimeoutMs);
  response.once('close', () => clearTimeout(timer));
  return Readable.from(
    slices(parts, () => timer.refresh()),
    // One slice: further ones wait until the client has read it.
    { highWaterMark: 1 },
  );
}

async function* slices(
  parts: AsyncIterable<string>,
  onProgress: () => void,
): AsyncGenerator<Buffer> {
  let slice = '';
  for await (const part of parts) {
    slice += part;
    if (slice.length < sliceLength) continue;
    onProgress();
    yield Buffer.from(slice);
    slice = '';
    await nextTurn();
  }
  yield Buffer.from(slice);
}
