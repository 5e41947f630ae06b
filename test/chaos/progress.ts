/** Counts, and tells when a number is reached. */
export class Progress {
  #count = 0;
  #waiting: { readonly target: number; readonly reached: () => void }[] = [];

  get count(): number {
    return this.#count;
  }

  step(): void {
    this.#count += 1;
    const due = this.#waiting.filter(({ target }) => target <= this.#count);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter(({ target }) => target > this.#count);
    for (const { reached } of due) reached();
  }

  /** Resolves when the count is there, or after `patienceMs`: a network that is down makes none. */
  async reaches(target: number, patienceMs: number): Promise<void> {
    if (this.#count >= target) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#waiting.push({
        target,
        reached: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  /** Waits for `work`; fails when nothing is counted for `patienceMs`, with the complaint. */
  async goesOn(patienceMs: number, work: Promise<unknown>, complaint: () => string): Promise<void> {
    let count = this.#count;
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_resolve, reject) => {
      timer = setInterval(() => {
        if (count === this.#count) reject(new Error(complaint()));
        count = this.#count;
      }, patienceMs);
    });
    try {
      await Promise.race([work, stuck]);
    } finally {
      clearInterval(timer);
    }
  }
}
