/** Ids are kept at least this far back, and at most twice as far. */
const GENERATION = 2048;

/** Which ids came lately. Two generations, because forgetting one by one costs more than all else here. */
export class RecentIds {
  #newest = new Set<string>();
  #older: ReadonlySet<string> = new Set();

  get isEmpty(): boolean {
    return this.#newest.size + this.#older.size === 0;
  }

  has(id: string): boolean {
    return this.#newest.has(id) || this.#older.has(id);
  }

  add(id: string): void {
    this.#newest.add(id);
    if (this.#newest.size < GENERATION) return;
    this.#older = this.#newest;
    this.#newest = new Set();
  }
}
