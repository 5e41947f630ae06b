/** The last 2048 to 4096 ids are remembered. */
const GENERATION = 2048;

/** A bounded set of recent ids, to recognise duplicates. Two generations, because deleting ids one by one is slow. */
export class RecentIds {
  #newest = new Set<string | undefined>();
  #older: ReadonlySet<string | undefined> = new Set();

  /** False for a message without an id. */
  has(id: string | undefined): boolean {
    return this.#newest.has(id) || this.#older.has(id);
  }

  add(id: string | undefined): void {
    if (id !== undefined) this.#newest.add(id);
    if (this.#newest.size < GENERATION) return;
    this.#older = this.#newest;
    this.#newest = new Set();
  }
}
