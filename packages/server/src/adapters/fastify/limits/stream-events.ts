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
  return new EventStream(events[Symbol.asyncIterator](), response, writeTimeoutMs);
}

/** Not `Readable.from`: it costs several promises and timers for each event. */
class EventStream extends Readable {
  readonly #iterator: AsyncIterator<string>;
  readonly #response: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  /** Defined when the response is the destination. */
  #endResponse: (() => void) | undefined;
  #isWriting = false;
  #rest = '';

  constructor(iterator: AsyncIterator<string>, response: ServerResponse, writeTimeoutMs: number) {
    super({ highWaterMark: 1 });
    this.#iterator = iterator;
    this.#response = response;
    this.#timer = setTimeout(() => {
      if (this.#isWriting) response.destroy();
    }, writeTimeoutMs);
  }

  /**
   * Writes to the response itself: the buffers and events of a pipe cost as much as the rest of a delta. A hook may already
   * read the stream, or have another destination, such as a compressed stream.
   */
  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { end?: boolean }): T {
    const response: NodeJS.WritableStream = this.#response;
    const hasReader = this.readableFlowing !== null;
    if (destination !== response || hasReader) return super.pipe(destination, options);
    this.#endResponse = () => {
      if (options?.end !== false) response.end();
    };
    this.#sendNext();
    return destination;
  }

  override _read(): void {
    if (this.#endResponse === undefined) this.#sendNext();
  }

  readonly #sendNext = (): void => {
    this.#isWriting = false;
    if (this.#rest === '') this.#iterator.next().then(this.#send, this.#fail);
    else this.#write(this.#rest);
  };

  readonly #send = (step: IteratorResult<string>): void => {
    if (this.destroyed) return;
    if (step.done === true) this.#end();
    else this.#write(step.value);
  };

  readonly #fail = (error: Error): void => {
    this.destroy(error);
  };

  #write(text: string): void {
    if (this.#response.destroyed) return;
    const slice = cutText(text, sliceLength);
    this.#rest = text.slice(slice.length);
    if (this.#endResponse !== undefined) {
      if (this.#response.write(slice)) {
        // Not at once: chunks that an assistant yields without a pause become one event.
        process.nextTick(this.#sendNext);
        return;
      }
      this.#response.once('drain', this.#sendNext);
    }
    this.#isWriting = true;
    this.#timer.refresh();
    if (this.#endResponse === undefined) this.push(slice);
  }

  #end(): void {
    this.push(null);
    if (this.#endResponse === undefined) return;
    this.#endResponse();
    // Emits `end`, for which Fastify waits.
    this.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    void this.#iterator.return?.();
    callback(error);
  }
}
