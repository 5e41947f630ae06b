/** Runs the work of one key in order, one at a time; different keys do not wait for each other. */
export class KeyedQueue {
  /** The starts of those who wait, for each key with work under way. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #idle: (() => void)[] = [];

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#waiting.get(key);
    if (line === undefined) this.#waiting.set(key, []);
    else await new Promise<void>((start) => line.push(start));
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #leave(key: string): void {
    const next = this.#waiting.get(key)?.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#waiting.delete(key);
    if (this.#waiting.size > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }
}
