/** No check sends more messages than this, except those that test the rate limit. */
const reserve = 12;

/**
 * Counts the messages of all checks, so that each check starts with enough quota. Waiting between checks
 * avoids that the rate limit rejects a message in the middle of one.
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

  /** Waits for one window when the remaining quota may be too small for the next check. */
  async refill(waitOneWindow: () => Promise<void>): Promise<void> {
    if (this.#spent === 0 || this.#spent + reserve <= this.#perWindow) return;
    await waitOneWindow();
    this.#spent = 0;
  }
}
