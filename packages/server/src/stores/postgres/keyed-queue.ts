import { ShortLivedMap } from '../../domain/short-lived-map.js';

/** Runs the work of each key in order, one at a time; different keys do not wait for each other. */
export class KeyedQueue {
  /** For each key with work in progress, the functions that start the waiting work. */
  readonly #waiting = new ShortLivedMap<(() => void)[]>();
  /** How many keys have work in progress. */
  #busy = 0;
  #idle: (() => void)[] = [];

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#waiting.get(key);
    if (queue === undefined) {
      this.#waiting.set(key, []);
      this.#busy += 1;
    } else {
      await new Promise<void>((start) => queue.push(start));
    }
    try {
      return await work();
    } finally {
      this.#startNext(key);
    }
  }

  /** Resolves when no work is in progress. */
  async idle(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #startNext(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#waiting.delete(key);
    this.#busy -= 1;
    if (this.#busy > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }
}
