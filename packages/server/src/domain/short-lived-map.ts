/**
 * A map with texts as keys, whose entries exist for the time of a message. Not a `Map`: when V8 replaces the table of a
 * `Map`, the old table refers to the new one. Once a table is in the old generation, it therefore keeps all later tables and
 * their former entries, such as whole requests, until the next full garbage collection. Each of the frequent collections then
 * copies them.
 */
export class ShortLivedMap<Value> {
  readonly #entries = Object.create(null) as Record<string, Value>;

  get(key: string): Value | undefined {
    return this.#entries[key];
  }

  has(key: string): boolean {
    return key in this.#entries;
  }

  set(key: string, value: Value): void {
    this.#entries[key] = value;
  }

  delete(key: string): void {
    delete this.#entries[key];
  }
}
