// Starts and stops the real program, as an operator would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../packages/server/dist/cli/main.js', import.meta.url));
const defaultPatienceMs = 15_000;

export class Program {
  #child;
  #log = '';
  #options;
  /** Known once the program started; kept over a restart. */
  port = 0;

  /**
   * @param {object} options
   * @param {string} [options.data] the SQLite file
   * @param {string[]} [options.users] as `name:password`
   * @param {Record<string, string>} [options.environment]
   * @param {number} [options.patienceMs] how long a start or a stop may take
   */
  constructor(options) {
    this.#options = options;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything that the program said and logged. */
  get log() {
    return this.#log;
  }

  /** Resolves when the program listens: on a free port the first time, on the same one again. */
  async start() {
    const { data, users = [], environment = {} } = this.#options;
    const flags = ['--port', String(this.port), ...(data === undefined ? [] : ['--data', data])];
    const child = spawn(
      process.execPath,
      [main, 'start', ...flags, ...users.flatMap((user) => ['--user', user])],
      { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    let said = '';
    const listening = new Promise((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        this.#log += text;
        said += text;
        const port = said.match(/ listening on http:\/\/[^\s/]+:(\d+)/)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#log += text;
    });
    this.port = await this.#orFail(listening, 'start');
  }

  /**
   * Asks the program to stop; resolves with its exit code.
   * @param {number} [patienceMs] how long that may take
   */
  async stop(patienceMs) {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code] = await this.#within(exited, 'stop', patienceMs);
    return code;
  }

  /** Ends the program whatever it is doing. */
  kill() {
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL');
  }

  /** As `kill`, and resolves when it is over. */
  async end() {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#child?.kill(name);
  }

  get pid() {
    return this.#child?.pid;
  }

  async #orFail(promise, what) {
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`The server ended with ${code} instead of listening:\n${this.#log}`);
    });
    // It ends one day in any case, when nobody races any more.
    ended.catch(() => {});
    return await this.#within(Promise.race([promise, ended]), what);
  }

  async #within(promise, what, patienceMs = this.#options.patienceMs ?? defaultPatienceMs) {
    let timer;
    const tooLate = new Promise((_, reject) => {
      const sentence = `The server did not ${what} within ${patienceMs / 1000} s.`;
      timer = setTimeout(() => reject(new Error(sentence)), patienceMs);
    });
    try {
      return await Promise.race([promise, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}
