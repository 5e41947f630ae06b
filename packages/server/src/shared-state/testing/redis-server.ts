import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe } from 'vitest';
import { freePort } from '../../testing/free-port.js';

/** Whether this machine has Redis. Where `CI` is set it must: a suite that was never run must not look like one that passed. */
function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI) throw new Error('Redis is not installed, and CI must test with it.');
    console.warn('\n*** Redis is not installed: NOTHING IS TESTED ON IT in this run. ***\n');
    return false;
  }
}

/** A Redis of the test's own, in memory alone. */
export class RedisServer {
  readonly #port: number;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.#port = port;
    this.#options = options;
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const where = ['--port', String(this.#port), '--bind', '127.0.0.1'];
    const server = spawn(
      'redis-server',
      [...where, '--save', '', '--appendonly', 'no', ...this.#options],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    this.#process = server;
    await new Promise<void>((resolve, reject) => {
      server.once('exit', () => reject(new Error('Redis ended before it was ready.')));
      createInterface({ input: server.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** `SIGSTOP` and `SIGCONT` freeze and thaw it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  async stop(): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}

/** Runs tests against a real Redis, or says loudly that this machine has none. */
export function describeRedis(name: string, tests: (server: () => RedisServer) => void): void {
  describe.skipIf(!hasRedis())(name, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server?.stop());
    tests(() => server);
  });
}
