/** More messages than any check sends that is not about the allowance itself. */
const reserve = 12;

/**
 * Counts what the checks send, so that each begins with room for its messages: a polite guest waits
 * between the checks and is not refused in the middle of one.
 */
export class MessageBudget {
  readonly #perWindow: number;
  #spent = 0;

  constructor(perWindow: number) {
    this.#perWindow = perWindow;
  }

  spend(): void {
    this.#spent += 1;
  }

  /** Lets a whole window pass when the next check might not have enough. */
  async refill(waitOneWindow: () => Promise<void>): Promise<void> {
    if (this.#spent === 0 || this.#spent + reserve <= this.#perWindow) return;
    await waitOneWindow();
    this.#spent = 0;
  }
}
