/** A counter that can be waited for. */
export class Progress {
  #count = 0;
  #waiting: { readonly target: number; readonly reached: () => void }[] = [];

  get count(): number {
    return this.#count;
  }

  increment(): void {
    this.#count += 1;
    const due = this.#waiting.filter(({ target }) => target <= this.#count);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter(({ target }) => target > this.#count);
    for (const { reached } of due) reached();
  }

  /** Resolves when the count is reached, or after `timeoutMs`: while the network is down there is no progress. */
  async waitFor(target: number, timeoutMs: number): Promise<void> {
    if (this.#count >= target) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push({
        target,
        reached: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  /** Waits for `work`, and rejects with this message when the count does not change for `timeoutMs`. */
  async whileProgressing(
    timeoutMs: number,
    work: Promise<unknown>,
    message: () => string,
  ): Promise<void> {
    let count = this.#count;
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_resolve, reject) => {
      timer = setInterval(() => {
        if (count === this.#count) reject(new Error(message()));
        count = this.#count;
      }, timeoutMs);
    });
    try {
      await Promise.race([work, stalled]);
    } finally {
      clearInterval(timer);
    }
  }
}
