import { isChatError } from '@chat/client';

/** Tells on stderr how far it is: on one line in a terminal, on a line a tenth where it goes into a log. */
export class Progress {
  #isTerminal = process.stderr.isTTY === true;
  #tenth = 0;

  /** @param {import('./job.js').Job} job */
  starts(job) {
    const before = job.done > 0 ? `, ${job.done} of them answered before` : '';
    this.#line(`${job.total} questions${before}`);
  }

  /** @param {import('./job.js').Job} job */
  answered(job) {
    const text = `${job.done} of ${job.total} answered`;
    if (this.#isTerminal) {
      process.stderr.write(`\r\x1b[K${text}`);
      return;
    }
    const tenth = Math.floor((10 * job.done) / job.total);
    if (tenth > this.#tenth) this.#line(text);
    this.#tenth = tenth;
  }

  /**
   * @param {unknown} error
   * @param {number} delayMs
   */
  waits(error, delayMs) {
    const why = isChatError(error, 'rate_limited') ? 'the allowance is spent' : String(error);
    this.#line(`waiting ${(delayMs / 1000).toFixed(1)} s: ${why}`);
  }

  /**
   * @param {import('./job.js').Job} job
   * @param {string} file
   */
  ends(job, file) {
    const refused = job.refused > 0 ? `, ${job.refused} of them refused` : '';
    this.#line(`${job.total} answers${refused} are in ${file}`);
  }

  /**
   * @param {unknown} error
   * @param {import('./job.js').Job | undefined} job Undefined when it could not be opened.
   */
  stops(error, job) {
    this.#line(error instanceof Error ? error.message : String(error));
    if (job) this.#line(`stopped at ${job.done} of ${job.total}; run it again to go on`);
  }

  /** @param {string} text */
  #line(text) {
    process.stderr.write(this.#isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
  }
}
