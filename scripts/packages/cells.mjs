// A matrix of proofs: each is a cell, told as soon as it is known, and all of them as a table in the end.

export class Cells {
  #heads;
  #cells = [];

  /** @param {Record<string, string>} heads what identifies a cell: the head of a column by its key */
  constructor(heads) {
    this.#heads = heads;
  }

  get areGreen() {
    return this.#cells.every(({ ok }) => ok);
  }

  /**
   * @param {Record<string, string>} place
   * @param {() => Promise<string>} work resolves with what to note
   */
  async prove(place, work) {
    const started = performance.now();
    const name = Object.values(place).join(', ');
    const note = await work().catch((error) => {
      console.error(`  FAILED ${name}\n${error.message}`);
    });
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const ok = note !== undefined;
    if (ok) console.log(`  ok     ${name}: ${note} (${seconds})`);
    const cell = { ...place, ok, note: note ?? 'FAILED', seconds };
    this.#cells.push(cell);
    return cell;
  }

  toString() {
    const keys = [...Object.keys(this.#heads), 'note', 'seconds'];
    const lines = [
      [...Object.values(this.#heads), '', 'took'],
      ...this.#cells.map((cell) => keys.map((key) => cell[key])),
    ];
    const widths = lines[0].map((_, column) =>
      Math.max(...lines.map((line) => line[column].length)),
    );
    return lines.map((line) => line.map((text, i) => text.padEnd(widths[i])).join('  ')).join('\n');
  }
}
