// @ts-check
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';
import { ManagedProcess } from './managed-process.js';
import { unprivilegedAccount } from './unprivileged-account.js';

/** The path of the `pgbouncer` program, `undefined` when it is not installed. */
export function findPgBouncer() {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
}

/** PgBouncer in transaction mode, with its defaults for the rest, in front of a {@link PostgresServer}. */
export class PgBouncerServer {
  /** @type {string} */
  url;
  #folder;
  #process;

  /**
   * @param {string} folder
   * @param {number} port
   * @param {string} target
   */
  constructor(folder, port, target) {
    const url = new URL(target);
    const settings = [
      '[databases]',
      `* = host=${url.hostname} port=${url.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'pool_mode = transaction',
      'auth_type = trust',
      `auth_file = ${join(folder, 'users.txt')}`,
    ];
    writeFileSync(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`, { mode: 0o644 });
    writeFileSync(join(folder, 'users.txt'), `"${url.username}" ""\n`, { mode: 0o644 });
    url.port = String(port);
    this.url = url.href;
    this.#folder = folder;
    this.#process = new ManagedProcess(() => ({
      name: 'PgBouncer',
      command: findPgBouncer() ?? 'pgbouncer',
      args: [join(folder, 'pgbouncer.ini')],
      // It does not run as root.
      ...unprivilegedAccount(),
      ready: /process up/,
    }));
  }

  /**
   * Not started yet.
   * @param {string} target the URL of the PostgreSQL server
   */
  static async create(target) {
    const folder = mkdtempSync(join(tmpdir(), 'chat-pgbouncer-'));
    chmodSync(folder, 0o755);
    return new PgBouncerServer(folder, await freePort(), target);
  }

  start() {
    return this.#process.start();
  }

  async remove() {
    await this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
