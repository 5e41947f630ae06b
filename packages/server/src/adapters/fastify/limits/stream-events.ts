import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { cutText } from '../../../domain/turns/reply-text.js';

/** How much text is written at once, so that a slow client needs little memory and is seen to read. */
const sliceLength = 65_536;

/**
 * Server-sent events as a stream: the next one is created when the client has read the one before. A client that does not read
 * for `writeTimeoutMs` loses its connection. Waiting for an event has no limit.
 */
export function streamEvents(
  events: AsyncIterable<string>,
  response: ServerResponse,
  writeTimeoutMs: number,
): Readable {
  return Readable.from(timed(events, response, writeTimeoutMs), { highWaterMark: 1 });
}

/** Not a generator: ending one that waits for an event would wait for that event. */
function timed(
  events: AsyncIterable<string>,
  response: ServerResponse,
  writeTimeoutMs: number,
): AsyncIterable<Buffer> {
  const iterator = events[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  let rest = '';
  const end = async (): Promise<IteratorResult<Buffer>> => {
    clearTimeout(timer);
    void iterator.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        clearTimeout(timer);
        if (rest === '') {
          const step = await iterator.next();
          if (step.done === true) return { done: true, value: undefined };
          rest = step.value;
        }
        const slice = cutText(rest, sliceLength);
        rest = rest.slice(slice.length);
        timer = setTimeout(() => response.destroy(), writeTimeoutMs);
        return { done: false, value: Buffer.from(slice) };
      },
      return: end,
      throw: end,
    }),
  };
}
