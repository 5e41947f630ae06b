// Imported, not global: a test that fakes the global timers must not stop the database.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** How many groups run at the same time. */
const maxRunning = 2;
/** How long work waits for the group that runs before another one starts: one large group costs less than two small ones. */
const maxWaitMs = 10;
/** One statement writes the data of a group: this limits its size. */
const maxGroupSize = 64;

/**
 * Collects work into groups that run together. Work starts at once while no group runs. Under load it waits until the group
 * ends; everything that waits is then one group. When the group takes long, because the disk is slow or its connection hangs,
 * another one starts.
 */
export class TransactionGroups<Work> {
  readonly #run: (group: readonly Work[]) => Promise<void>;
  readonly #maxRunning: number;
  #waiting: Work[] = [];
  #running = 0;
  #scheduled = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param run never rejects
   * @param connections how many groups may run at the same time
   */
  constructor(connections: number, run: (group: readonly Work[]) => Promise<void>) {
    this.#maxRunning = Math.min(maxRunning, connections);
    this.#run = run;
  }

  add(work: Work): void {
    this.#waiting.push(work);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#waiting.length === 0 || this.#running >= this.#maxRunning) return;
    if (this.#running === 0 || this.#waiting.length >= maxGroupSize) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), maxWaitMs);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Not at once: the other work of this turn of the event loop belongs to the same group.
    setImmediate(() => {
      this.#scheduled = false;
      this.#running += 1;
      void this.#run(this.#waiting.splice(0, maxGroupSize)).then(() => {
        this.#running -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }
}
