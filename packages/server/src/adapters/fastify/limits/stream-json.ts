import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** How much text is written before other requests have their turn. */
const sliceLength = 65_536;

/**
 * A large body as a stream. It is serialized as fast as the client reads it, and the event loop can process other requests
 * in between. A client that does not read for `writeTimeoutMs` loses its connection.
 */
export function streamJson(
  parts: Iterable<string>,
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

async function* slices(parts: Iterable<string>, onProgress: () => void): AsyncGenerator<Buffer> {
  let slice = '';
  for (const part of parts) {
    slice += part;
    if (slice.length < sliceLength) continue;
    onProgress();
    yield Buffer.from(slice);
    slice = '';
    await setImmediate();
  }
  yield Buffer.from(slice);
}
