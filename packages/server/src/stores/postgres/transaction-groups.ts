// Imported, not global: a test that fakes the global timers must not stop the database.
import { setImmediate } from 'node:timers';

/** How many groups run at the same time. While the commit of one waits for the disk, the other one does its work. */
const maxRunning = 2;
/** One statement writes the data of a group: this limits its size. */
const maxGroupSize = 64;

/**
 * Collects work into groups that run together. Work starts at once while few groups run. Under load it waits until one of them
 * ends; everything that waits is then one group.
 */
export class TransactionGroups<Work> {
  readonly #run: (group: readonly Work[]) => Promise<void>;
  readonly #maxRunning: number;
  #waiting: Work[] = [];
  #running = 0;
  #scheduled = false;

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
    if (this.#scheduled || this.#waiting.length === 0 || this.#running >= this.#maxRunning) return;
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
