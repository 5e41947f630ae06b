// One process of the topology that is not ours: a database, a Redis.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export class Part {
  #name;
  #begin;
  #child;

  /**
   * @param {string} name for messages
   * @param {{ command: string, args: string[], ready: string, options?: object }} begin how it is started, and what it says when it is ready
   */
  constructor(name, begin) {
    this.#name = name;
    this.#begin = begin;
  }

  get pid() {
    return this.#child.pid;
  }

  async start() {
    const { command, args, ready, options } = this.#begin;
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const said = [];
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`${this.#name} ended with ${code}:\n${said.join('\n')}`)),
      );
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (said.length < 50) said.push(line);
          if (line.includes(ready)) resolve(undefined);
        });
      }
    });
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#child.kill(name);
  }

  /** @param {NodeJS.Signals} [name] */
  async stop(name = 'SIGTERM') {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(name);
    // A frozen process is deaf to all signals but this one and SIGKILL.
    child.kill('SIGCONT');
    await ended;
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
