import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * An input line at the bottom and the output above it. While a reply is printed in chunks, the input line is hidden; text typed
 * in that time is shown afterwards.
 */
export class Terminal {
  #isInputHidden = false;
  #isClosed = false;
  /** Lines that were entered while the input line was hidden. @type {string[]} */
  #hiddenLines = [];
  #readline;
  /** Called for Ctrl+C. */
  onInterrupt = () => this.close();

  constructor() {
    // Readline writes to this stream, so that its output can be suppressed.
    const output = new Writable({
      write: (chunk, _, done) => {
        if (!this.#isInputHidden) process.stdout.write(chunk);
        done();
      },
    });
    const updateColumns = () => Object.assign(output, { columns: process.stdout.columns });
    updateColumns();
    process.stdout.on('resize', () => updateColumns().emit('resize'));
    this.#readline = createInterface({ input: process.stdin, output, terminal: true });
    this.#readline.on('SIGINT', () => this.onInterrupt());
    this.#readline.on('close', () => {
      this.#isClosed = true;
    });
    this.#readline.on('line', (line) => {
      if (this.#isInputHidden) this.#hiddenLines.push(line);
    });
  }

  /**
   * Prompts for a secret without echoing it.
   *
   * @param {string} question
   * @returns {Promise<string | undefined>} Undefined if the user cancelled the prompt.
   */
  async askSecret(question) {
    process.stdout.write(question);
    this.#isInputHidden = true;
    // Remove the secret from readline's history, which the arrow keys show.
    this.#readline.once('history', (history) => history.shift());
    const secret = await new Promise((resolve) => {
      this.#readline.once('line', resolve);
      this.#readline.once('close', () => resolve(undefined));
    });
    this.#isInputHidden = false;
    this.#hiddenLines = [];
    process.stdout.write('\n');
    return secret;
  }

  /** The entered lines, until Ctrl+D or `close()`. */
  async *lines() {
    this.#showPrompt();
    for await (const line of this.#readline) {
      yield line;
      if (!this.#isInputHidden) this.#showPrompt();
    }
  }

  /**
   * Prints a line above the input line.
   *
   * @param {string} text
   */
  print(text) {
    this.endChunks();
    this.#erasePrompt();
    process.stdout.write(`${printable(text)}\n`);
    this.#showPrompt();
  }

  /**
   * Prints a part of a line. `endChunks` ends the line.
   *
   * @param {string} text
   */
  printChunk(text) {
    if (!this.#isInputHidden) this.#erasePrompt();
    this.#isInputHidden = true;
    process.stdout.write(printable(text));
  }

  /** Ends a line that was printed in chunks. */
  endChunks() {
    if (!this.#isInputHidden) return;
    this.#isInputHidden = false;
    process.stdout.write(['', ...this.#hiddenLines.map((line) => `> ${line}`), ''].join('\n'));
    this.#hiddenLines = [];
    this.#showPrompt();
  }

  close() {
    this.#readline.close();
  }

  #erasePrompt() {
    if (this.#isClosed) return;
    // The input may be longer than one row.
    moveCursor(process.stdout, 0, -this.#readline.getCursorPos().rows);
    cursorTo(process.stdout, 0);
    clearScreenDown(process.stdout);
    // Otherwise readline would move up by the same number of rows again; it has no public API for this.
    Reflect.set(this.#readline, 'prevRows', 0);
  }

  #showPrompt() {
    if (!this.#isClosed) this.#readline.prompt(true);
  }
}

/**
 * Replaces control characters, so that a message cannot control the terminal.
 *
 * @param {string} text
 */
function printable(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
}
