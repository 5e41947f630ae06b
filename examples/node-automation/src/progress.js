import { isChatError } from '@chat/client';

/** Prints the progress on stderr: on one line in a terminal, otherwise one line for every 10 %. */
export class Progress {
  #isTerminal = process.stderr.isTTY === true;
  #tenth = 0;

  /** @param {import('./job.js').Job} job */
  started(job) {
    const resumed = job.done > 0 ? `, ${job.done} already answered` : '';
    this.#print(`${job.total} questions${resumed}`);
  }

  /** @param {import('./job.js').Job} job */
  answered(job) {
    const text = `${job.done} of ${job.total} answered`;
    if (this.#isTerminal) {
      process.stderr.write(`\r\x1b[K${text}`);
      return;
    }
    const tenth = Math.floor((10 * job.done) / job.total);
    if (tenth > this.#tenth) this.#print(text);
    this.#tenth = tenth;
  }

  /**
   * @param {unknown} error
   * @param {number} delayMs
   */
  waiting(error, delayMs) {
    const reason = isChatError(error, 'rate_limited') ? 'rate limit reached' : String(error);
    this.#print(`waiting ${(delayMs / 1000).toFixed(1)} s: ${reason}`);
  }

  /**
   * @param {import('./job.js').Job} job
   * @param {string} file
   */
  finished(job, file) {
    const rejected = job.rejected > 0 ? `, ${job.rejected} rejected` : '';
    this.#print(`wrote ${job.total} answers to ${file}${rejected}`);
  }

  /**
   * @param {unknown} error
   * @param {import('./job.js').Job | undefined} job Undefined if the job could not be opened.
   */
  stopped(error, job) {
    this.#print(error instanceof Error ? error.message : String(error));
    if (job)
      this.#print(`stopped at ${job.done} of ${job.total}; run the program again to continue`);
  }

  /** @param {string} text */
  #print(text) {
    process.stderr.write(this.#isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
  }
}
