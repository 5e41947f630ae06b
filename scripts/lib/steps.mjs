/** Runs named steps one after the other and prints each result. */
export class Steps {
  #passed = 0;
  #failed = [];

  /**
   * @param {string} name
   * @param {() => unknown} work throws when the step fails; a string that it returns is printed
   * @returns {Promise<{ ok: boolean, note?: string }>}
   */
  async run(name, work) {
    const started = performance.now();
    const took = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      const result = await work();
      const note = typeof result === 'string' ? result : undefined;
      this.#passed += 1;
      console.log(`ok      ${name}${note ? `: ${note}` : ''} (${took()})`);
      return { ok: true, note };
    } catch (error) {
      this.#failed.push(name);
      console.log(`FAILED  ${name} (${took()})\n${error.message}`);
      return { ok: false };
    }
  }

  /** Prints the totals; the process ends with 1 when a step failed. */
  finish() {
    for (const name of this.#failed) console.log(`FAILED  ${name}`);
    console.log(`${this.#passed} passed, ${this.#failed.length} failed`);
    if (this.#failed.length > 0) process.exitCode = 1;
  }
}

/** Exits with 2 and the list of valid names when one of `names` is not in it. */
export function assertKnown(kind, names, known) {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  console.error(`Unknown ${kind}: ${unknown.join(', ')}. Valid: ${known.join(', ')}.`);
  process.exit(2);
}
