import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * A line to type on at the bottom, and everything else above it. While something is written there piece by piece, the line is
 * hidden; what is typed meanwhile shows afterwards.
 */
export class Terminal {
  #isHidden = false;
  #isClosed = false;
  /** Lines that were entered while they could not be seen. @type {string[]} */
  #unseen = [];
  #readline;

  constructor() {
    // Readline draws through it, so that it can be told to be quiet.
    const output = new Writable({
      write: (chunk, _, done) => {
        if (!this.#isHidden) process.stdout.write(chunk);
        done();
      },
    });
    const measure = () => Object.assign(output, { columns: process.stdout.columns });
    measure();
    process.stdout.on('resize', () => measure().emit('resize'));
    this.#readline = createInterface({ input: process.stdin, output, terminal: true });
    this.#readline.on('close', () => {
      this.#isClosed = true;
    });
    this.#readline.on('line', (line) => {
      if (this.#isHidden) this.#unseen.push(line);
    });
  }

  /**
   * Asks for something that is not to be seen.
   *
   * @param {string} question
   * @returns {Promise<string | undefined>} Undefined when it was broken off.
   */
  async askSecret(question) {
    process.stdout.write(question);
    this.#isHidden = true;
    // Nor is it to be found with the arrow keys.
    this.#readline.once('history', (history) => history.shift());
    const secret = await new Promise((resolve) => {
      this.#readline.once('line', resolve);
      this.#readline.once('close', () => resolve(undefined));
    });
    this.#isHidden = false;
    this.#unseen = [];
    process.stdout.write('\n');
    return secret;
  }

  /** What is typed, line by line, until Ctrl+C, Ctrl+D or `close()`. */
  async *lines() {
    this.#showPrompt();
    for await (const line of this.#readline) {
      yield line;
      if (!this.#isHidden) this.#showPrompt();
    }
  }

  /**
   * A line above the one to type on.
   *
   * @param {string} text
   */
  print(text) {
    this.endPieces();
    this.#erasePrompt();
    process.stdout.write(`${printable(text)}\n`);
    this.#showPrompt();
  }

  /**
   * More of a line that is not finished.
   *
   * @param {string} text
   */
  printPiece(text) {
    if (!this.#isHidden) this.#erasePrompt();
    this.#isHidden = true;
    process.stdout.write(printable(text));
  }

  /** Finishes that line. */
  endPieces() {
    if (!this.#isHidden) return;
    this.#isHidden = false;
    process.stdout.write(['', ...this.#unseen.map((line) => `> ${line}`), ''].join('\n'));
    this.#unseen = [];
    this.#showPrompt();
  }

  close() {
    this.#readline.close();
  }

  #erasePrompt() {
    if (this.#isClosed) return;
    // What is typed may be longer than one row.
    moveCursor(process.stdout, 0, -this.#readline.getCursorPos().rows);
    cursorTo(process.stdout, 0);
    clearScreenDown(process.stdout);
    // Readline would go up as many rows once more; there is no other way to tell it.
    Reflect.set(this.#readline, 'prevRows', 0);
  }

  #showPrompt() {
    if (!this.#isClosed) this.#readline.prompt(true);
  }
}

/**
 * Whoever writes to us must not be able to steer the terminal.
 *
 * @param {string} text
 */
function printable(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
