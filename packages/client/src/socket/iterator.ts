import { SlowReaderError } from '../errors/slow-reader-error.js';
import { type Deferred, deferred } from './deferred.js';

const LIMIT = 1000;

/** An async iteration that is fed from outside, and holds at most so much for a slow reader. */
export class EventIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #left: () => void;
  #events: T[] = [];
  readonly #readers: Deferred<IteratorResult<T, undefined>>[] = [];
  #ended = false;
  #error: unknown;

  /** `left` is called once, when no more events are wanted. */
  constructor(left: () => void) {
    this.#left = left;
  }

  push(event: T): void {
    this.#events.push(event);
    this.#serve();
    if (this.#events.length > LIMIT) this.end(new SlowReaderError(LIMIT));
  }

  /** What came before is still read; then the iteration is over, or throws. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#left();
    this.#serve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const reader = deferred<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    this.#serve();
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

  #serve(): void {
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
