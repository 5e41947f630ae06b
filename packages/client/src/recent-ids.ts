/** Ids are kept at least this far back, and at most twice as far. */
const GENERATION = 2048;

/**
 * Which ids came lately: enough to know a repeat, and bounded however many come. Two generations,
 * because forgetting one by one costs more than all else here.
 */
export class RecentIds {
  #newest = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  /** What has no id never came before. */
  has(id: string | undefined): boolean {
    return id !== undefined && (this.#newest.has(id) || this.#older.has(id));
  }

  add(id: string | undefined): void {
    if (id !== undefined) this.#newest.add(id);
    if (this.#newest.size < GENERATION) return;
    this.#older = this.#newest;
    this.#newest = new Set();
  }
}
