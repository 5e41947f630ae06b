// Tells what happens while it happens: one line when a step begins, one for what was checked when it ends.

/** A step that did not hold what it promised. */
export class StepFailed extends Error {}

export class Story {
  #lines = [];
  #step = 'before the first step';
  #started = performance.now();

  /** The name of the step under way. */
  get step() {
    return this.#step;
  }

  act(title) {
    console.log(`\n${title}`);
    this.#lines.push('', title);
  }

  /**
   * Runs a step; what it returns is the sentence for the summary, so that no line stands there whose
   * step did not get to its end.
   * @param {string} name
   * @param {(progress: (note: string) => void) => Promise<string>} work
   */
  async tell(name, work) {
    this.#step = name;
    const started = performance.now();
    console.log(`  ▸ ${name} …`);
    const sentence = await work((note) => console.log(`      ${note}`));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`  ✓ ${sentence} (${seconds} s)`);
    this.#lines.push(`  ✓ ${sentence}`);
  }

  summary() {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    return [...this.#lines, '', `Everything above was checked, in ${seconds} s.`].join('\n');
  }
}

/** Fails the step under way with `sentence` unless `condition` holds. */
export function expect(condition, sentence) {
  if (!condition) throw new StepFailed(sentence);
}

export function expectEqual(actual, wanted, what) {
  if (!Object.is(actual, wanted)) {
    throw new StepFailed(
      `${what} should be ${JSON.stringify(wanted)} but is ${JSON.stringify(actual)}.`,
    );
  }
}

/** The same texts in the same order, character by character. */
export function expectSameTexts(actual, wanted, what) {
  expectEqual(actual.length, wanted.length, `The number of ${what}`);
  for (const [index, text] of wanted.entries()) {
    expectEqual(actual[index], text, `Number ${index + 1} of the ${what}`);
  }
}

/**
 * Waits for a promise, but not for ever.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function within(promise, ms, what) {
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new StepFailed(`${what} took longer than ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
