import { SlowReaderError } from '../errors/slow-reader-error.js';

const LIMIT = 1000;

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** An async iteration that is fed from outside, and holds at most so much for a slow reader. */
export class EventIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #left: () => void;
  #events: T[] = [];
  #readers: Reader<T>[] = [];
  #ended = false;
  #error: unknown;

  /** `left` is called once, when no more events are wanted. */
  constructor(left: () => void) {
    this.#left = left;
  }

  push(event: T): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value: event });
    else if (this.#events.push(event) > LIMIT) this.end(new SlowReaderError(LIMIT));
  }

  /** What came before is still read; then the iteration is over, or throws. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#left();
    const readers = this.#readers.splice(0);
    for (const reader of readers) this.next().then(reader.resolve, reader.reject);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#events.length > 0) {
      return Promise.resolve({ done: false, value: this.#events.shift()! });
    }
    if (!this.#ended) {
      return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
    }
    const error = this.#error;
    this.#error = undefined;
    return error === undefined
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(error);
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#events = [];
    this.end();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
