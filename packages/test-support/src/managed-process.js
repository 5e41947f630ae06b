// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { withTimeout } from './with-timeout.js';

/**
 * @typedef {object} Command
 * @property {string} name for error messages
 * @property {string} command
 * @property {readonly string[]} args
 * @property {RegExp} ready what its output matches when it is ready
 * @property {NodeJS.ProcessEnv} [env] the parent's environment when omitted
 * @property {string} [cwd]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {string} [stdin]
 * @property {number} [timeoutMs] how long a start or a stop may take; default 60,000
 */

const defaultTimeoutMs = 60_000;

/** A program as a child process. It can be started again after it has ended. */
export class ManagedProcess {
  /** Everything that it wrote, over all starts. */
  log = '';
  /** What it wrote since the last start. */
  stdout = '';
  stderr = '';
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {() => Command} */
  #command;

  /** @param {() => Command} command called at each start */
  constructor(command) {
    this.#command = command;
  }

  get pid() {
    return this.#child?.pid;
  }

  get isRunning() {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts it without waiting. */
  spawn() {
    const { command, args, stdin = '', env, cwd, uid, gid } = this.#command();
    const given = { ...(env && { env }), ...(cwd && { cwd }) };
    const account = uid === undefined || gid === undefined ? {} : { uid, gid };
    const child = spawn(command, args, { ...given, ...account, stdio: 'pipe' });
    this.#child = child;
    this.stdout = '';
    this.stderr = '';
    // `ready` reports it.
    child.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text) => {
      this.stdout += text;
      this.log += text;
      child.emit('output');
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
      this.log += text;
      child.emit('output');
    });
    // A program that ends without reading its input breaks the pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    return this;
  }

  /**
   * Resolves with the match when its output says that it is ready; rejects when it ends before that.
   * @returns {Promise<RegExpExecArray>}
   */
  async ready() {
    const child = this.#started();
    const { name, ready, timeoutMs = defaultTimeoutMs } = this.#command();
    /** @type {Promise<RegExpExecArray>} */
    const untilReady = new Promise((resolve, reject) => {
      const check = () => {
        const match = ready.exec(this.stdout) ?? ready.exec(this.stderr);
        if (match) resolve(match);
      };
      child.on('output', check);
      child.once('error', reject);
      child.once('close', (code, signal) =>
        reject(new Error(`${name} ended with ${code ?? signal} before it was ready:\n${this.log}`)),
      );
      check();
    });
    return withTimeout(
      untilReady,
      timeoutMs,
      () => `${name} was not ready within ${timeoutMs} ms:\n${this.log}`,
    );
  }

  async start() {
    await this.spawn().ready();
  }

  /** Resolves with the exit code, or the signal that ended it. */
  async exit() {
    const child = this.#started();
    if (this.isRunning) await once(child, 'close');
    return child.exitCode ?? child.signalCode;
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child?.kill(signal);
  }

  /**
   * Asks it to stop; resolves as {@link exit}.
   * @param {object} [options]
   * @param {NodeJS.Signals} [options.signal]
   * @param {number} [options.timeoutMs]
   */
  async stop({
    signal = 'SIGTERM',
    timeoutMs = this.#command().timeoutMs ?? defaultTimeoutMs,
  } = {}) {
    const { name } = this.#command();
    if (this.isRunning) {
      this.signal(signal);
      // A frozen process handles the signal only after this.
      this.signal('SIGCONT');
    }
    return withTimeout(this.exit(), timeoutMs, `${name} did not stop within ${timeoutMs} ms.`);
  }

  /** Closes the reading end of its standard output, as `head` does when it has read enough. */
  closeStdout() {
    this.#started().stdout?.destroy();
  }

  /** Kills it; does nothing when it does not run. */
  async kill() {
    if (!this.isRunning) return;
    this.signal('SIGKILL');
    await this.exit();
  }

  #started() {
    if (this.#child === undefined) throw new Error(`${this.#command().name} was not started.`);
    return this.#child;
  }
}
