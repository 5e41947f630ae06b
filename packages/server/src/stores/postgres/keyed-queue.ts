import { createInFlightTracker } from '../../domain/in-flight-tracker.js';
import { ShortLivedMap } from '../../domain/short-lived-map.js';

/** Runs the work of each key in order, one at a time; different keys do not wait for each other. */
export class KeyedQueue {
  /** For each key with work in progress, the functions that start the waiting work. */
  readonly #waiting = new ShortLivedMap<(() => void)[]>();
  readonly #inFlight = createInFlightTracker();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#inFlight.run(() => this.#runInOrder(key, work));
  }

  /** Resolves when no work is in progress. */
  idle(): Promise<void> {
    return this.#inFlight.whenIdle();
  }

  async #runInOrder<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#waiting.get(key);
    if (queue === undefined) this.#waiting.set(key, []);
    else await new Promise<void>((start) => queue.push(start));
    try {
      return await work();
    } finally {
      this.#startNext(key);
    }
  }

  #startNext(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next === undefined) this.#waiting.delete(key);
    else next();
  }
}
