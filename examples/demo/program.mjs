// Starts and stops the real program, as an operator would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expectEqual, StepFailed, within } from './story.mjs';

const main = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

export class Program {
  #child;
  #log = [];

  /**
   * @param {object} options
   * @param {number} options.port
   * @param {string} options.data the SQLite file
   * @param {string[]} options.users as `name:password`
   * @param {Record<string, string>} options.environment
   */
  constructor({ port, data, users, environment }) {
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.arguments = ['start', '--port', String(port), '--host', '127.0.0.1', '--data', data];
    for (const user of users) this.arguments.push('--user', user);
    this.environment = environment;
  }

  /** Resolves when the program answers that it is ready. */
  async start() {
    const child = spawn(process.execPath, [main, ...this.arguments], {
      env: { PATH: process.env.PATH, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#log.push(text));
    }
    const deadline = Date.now() + 10_000;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) {
        throw new StepFailed(`The server ended with ${child.exitCode} instead of starting.`);
      }
      if (Date.now() > deadline) throw new StepFailed('The server was not ready within 10 s.');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Asks the program to stop and expects it to do so in order. */
  async stop() {
    const child = this.#child;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await within(exited, 10_000, 'Stopping the server');
    expectEqual(code, 0, "The server's exit code");
  }

  /** Ends the program whatever it is doing. */
  kill() {
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL');
  }

  /** The end of what the program logged. */
  log(lines = 20) {
    return this.#log.join('').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Whether a text stands anywhere in the log. */
  logged(text) {
    return this.#log.join('').includes(text);
  }

  async #isReady() {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
