// @ts-check
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';
import { ManagedProcess } from './managed-process.js';

/**
 * The path of the `redis-server` program, `undefined` when it is not installed. `CHAT_TEST_REDIS` names another program with
 * the same options.
 */
export function findRedis() {
  if (process.env.CHAT_TEST_REDIS) return process.env.CHAT_TEST_REDIS;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find((file) => existsSync(file));
}

/** A Redis server on a free port, in memory only. */
export class RedisServer {
  /** @type {string} */
  url;
  #process;

  /**
   * @param {number} port
   * @param {readonly string[]} options
   */
  constructor(port, options) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#process = new ManagedProcess(() => ({
      name: 'Redis',
      command: findRedis() ?? 'redis-server',
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1'],
        ...['--save', '', '--appendonly', 'no'],
        // A replica writes what it receives first into a file.
        ...['--dir', tmpdir(), '--rdb-del-sync-files', 'yes', ...options],
      ],
      ready: /Ready to accept connections/,
    }));
  }

  /**
   * Not started yet.
   * @param {...string} options such as `--requirepass`, `secret`
   */
  static async create(...options) {
    return new RedisServer(await freePort(), options);
  }

  get pid() {
    return this.#process.pid;
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  start() {
    return this.#process.start();
  }

  stop() {
    return this.#process.kill();
  }

  freeze() {
    this.#process.signal('SIGSTOP');
  }

  thaw() {
    this.#process.signal('SIGCONT');
  }
}
