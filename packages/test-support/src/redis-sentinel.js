// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { ManagedProcess } from './managed-process.js';
import { findRedis } from './redis-server.js';

/** One sentinel that monitors a master under the name `chat-master`, and fails over within seconds. */
export class RedisSentinel {
  /** Such as `127.0.0.1:26379`. */
  address;
  #folder;
  #process;

  /**
   * @param {string} folder
   * @param {number} port
   * @param {string} master
   * @param {number} quorum
   */
  constructor(folder, port, master, quorum) {
    const { hostname, port: masterPort } = new URL(master);
    this.address = `127.0.0.1:${port}`;
    this.#folder = folder;
    // A sentinel writes what it learns into its own file.
    const file = join(folder, 'sentinel.conf');
    const settings = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor chat-master ${hostname} ${masterPort} ${quorum}`,
      'sentinel down-after-milliseconds chat-master 500',
      'sentinel failover-timeout chat-master 3000',
    ];
    writeFileSync(file, `${settings.join('\n')}\n`);
    this.#process = new ManagedProcess(() => ({
      name: 'Sentinel',
      command: findRedis() ?? 'redis-server',
      args: [file, '--sentinel'],
      ready: /\+monitor master/,
    }));
  }

  /**
   * Not started yet.
   * @param {string} master the URL of the master
   * @param {number} quorum how many sentinels must agree that the master is down
   */
  static async create(master, quorum) {
    const folder = mkdtempSync(join(tmpdir(), 'chat-sentinel-'));
    return new RedisSentinel(folder, await freePort(), master, quorum);
  }

  start() {
    return this.#process.start();
  }

  async remove() {
    await this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
