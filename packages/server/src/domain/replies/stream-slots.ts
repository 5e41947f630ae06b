import { tooManyRequests } from '../errors.js';

/** Limits the streamed responses of each user. */
export class StreamSlots {
  readonly #maxPerUser: number;
  readonly #counts = new Map<string, number>();

  constructor(maxPerUser: number) {
    this.#maxPerUser = maxPerUser;
  }

  /**
   * Returns a function that frees the slot; further calls of it do nothing.
   * @throws {@link HttpError} 429 when the user has too many streams
   */
  acquire(userId: string): () => void {
    const count = this.#counts.get(userId) ?? 0;
    if (count >= this.#maxPerUser) {
      throw tooManyRequests('You have too many streamed responses; close one and try again.', 1000);
    }
    this.#counts.set(userId, count + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#counts.get(userId) ?? 1) - 1;
      if (left === 0) this.#counts.delete(userId);
      else this.#counts.set(userId, left);
    };
  }
}
