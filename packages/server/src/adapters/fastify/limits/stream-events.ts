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
  return new EventStream(events[Symbol.asyncIterator](), () => response.destroy(), writeTimeoutMs);
}

/** Not `Readable.from`: it costs several promises and timers for each event. */
class EventStream extends Readable {
  readonly #iterator: AsyncIterator<string>;
  readonly #timer: NodeJS.Timeout;
  #isWriting = false;
  #rest = '';

  constructor(iterator: AsyncIterator<string>, onTimeout: () => void, writeTimeoutMs: number) {
    super({ highWaterMark: 1 });
    this.#iterator = iterator;
    this.#timer = setTimeout(() => {
      if (this.#isWriting) onTimeout();
    }, writeTimeoutMs);
  }

  override _read(): void {
    this.#isWriting = false;
    if (this.#rest !== '') {
      this.#write(this.#rest);
      return;
    }
    this.#iterator.next().then(
      (step) => {
        if (step.done === true) this.push(null);
        else this.#write(step.value);
      },
      (error: Error) => this.destroy(error),
    );
  }

  #write(text: string): void {
    const slice = cutText(text, sliceLength);
    this.#rest = text.slice(slice.length);
    this.#isWriting = true;
    this.#timer.refresh();
    this.push(slice);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    void this.#iterator.return?.();
    callback(error);
  }
}
