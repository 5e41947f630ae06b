// Runs the steps of the demo and prints one line when a step starts and one when its checks passed.

/** A check of a step failed. */
export class StepError extends Error {}

export class Reporter {
  #summary = [];
  #step = 'before the first step';
  #startedAt = performance.now();

  /** The name of the current step. */
  get step() {
    return this.#step;
  }

  section(title) {
    console.log(`\n${title}`);
    this.#summary.push('', title);
  }

  /**
   * Runs a step. It returns the sentence for the summary, so that the summary contains a line only for a step that finished.
   * @param {string} name
   * @param {(progress: (note: string) => void) => Promise<string>} run
   */
  async runStep(name, run) {
    this.#step = name;
    const startedAt = performance.now();
    console.log(`  ▸ ${name} …`);
    const result = await run((note) => console.log(`      ${note}`));
    console.log(`  ✓ ${result} (${secondsSince(startedAt)} s)`);
    this.#summary.push(`  ✓ ${result}`);
  }

  summary() {
    const total = secondsSince(this.#startedAt);
    return [...this.#summary, '', `All checks passed in ${total} s.`].join('\n');
  }
}

function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}

/** Fails the current step with `message` unless `condition` is true. */
export function expect(condition, message) {
  if (!condition) throw new StepError(message);
}

export function expectEqual(actual, expected, what) {
  if (!Object.is(actual, expected)) {
    throw new StepError(
      `${what} should be ${JSON.stringify(expected)} but is ${JSON.stringify(actual)}.`,
    );
  }
}

/** The same texts in the same order, character by character. */
export function expectSameTexts(actual, expected, what) {
  expectEqual(actual.length, expected.length, `The number of ${what}`);
  for (const [index, text] of expected.entries()) {
    expectEqual(actual[index], text, `Number ${index + 1} of the ${what}`);
  }
}

/**
 * Rejects if the promise is not settled within `ms`.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function withTimeout(promise, ms, what) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new StepError(`${what} took longer than ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
