import { SlowReaderError } from '../errors/socket-errors.js';
import { type Deferred, deferred } from '../lib/deferred.js';

const MAX_EVENTS = 1000;

/** An async iterator over pushed events, with a bounded buffer for a slow reader. */
export class EventIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onEnd: () => void;
  #events: T[] = [];
  readonly #readers: Deferred<IteratorResult<T, undefined>>[] = [];
  #ended = false;
  #error: unknown;

  /** `onEnd` is called once, when no more events are needed. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(event: T): void {
    this.#events.push(event);
    this.#deliver();
    if (this.#events.length > MAX_EVENTS) this.end(new SlowReaderError(MAX_EVENTS));
  }

  /** Buffered events can still be read; then the iteration ends, or throws `error`. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#onEnd();
    this.#deliver();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const reader = deferred<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    this.#deliver();
    return reader.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#events = [];
    this.end();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(): void {
    while (this.#readers.length > 0 && (this.#events.length > 0 || this.#ended)) {
      const { resolve, reject } = this.#readers.shift()!;
      if (this.#events.length > 0) resolve({ done: false, value: this.#events.shift()! });
      else if (this.#error === undefined) resolve({ done: true, value: undefined });
      else {
        reject(this.#error);
        this.#error = undefined;
      }
    }
  }
}
