// @ts-check
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';
import { ManagedProcess } from './managed-process.js';
import { unprivilegedAccount } from './unprivileged-account.js';

/** The folder of PostgreSQL's programs, `undefined` when it is not installed. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/**
 * A mounted disk that only some processes see.
 * @typedef {{ readonly folder: string, readonly enter: readonly string[] }} SmallDisk `enter` is the beginning of a command that sees it
 */

/**
 * @typedef {object} PostgresOptions
 * @property {SmallDisk} [disk] where the data are; a temporary folder when omitted
 * @property {boolean} [durable] whether a commit waits for the disk, as in production
 * @property {readonly string[]} [settings] such as `ssl=on`
 */

/** A PostgreSQL server on a free port, with an empty database in a folder that {@link remove} deletes. */
export class PostgresServer {
  /** @type {string} */
  url;
  /** Of its Unix socket, and of files that it may read. */
  folder;
  #process;

  /**
   * @param {string} folder
   * @param {number} port
   * @param {ManagedProcess} process
   */
  constructor(folder, port, process) {
    this.folder = folder;
    this.#process = process;
    this.url = `postgres://chat@127.0.0.1:${port}/postgres`;
  }

  /**
   * Not started yet.
   * @param {PostgresOptions} [options]
   */
  static async create({ disk, durable = false, settings: further = [] } = {}) {
    const programs = findPostgres();
    if (programs === undefined) throw new Error('PostgreSQL is not installed.');
    const account = unprivilegedAccount();
    const folder = mkdtempSync(join(tmpdir(), 'chat-postgres-'));
    if (account !== undefined) chownSync(folder, account.uid, account.gid);
    const data = join(disk?.folder ?? folder, 'data');
    const options = { ...(disk === undefined && account), cwd: folder };
    const prefix = [
      ...(disk?.enter ?? []),
      ...(disk === undefined || account === undefined ? [] : switchAccount(account)),
    ];
    /** @type {(name: string, args: string[]) => { command: string, args: string[] }} */
    const program = (name, args) => {
      const [command = '', ...rest] = [...prefix, join(programs, name), ...args];
      return { command, args: rest };
    };
    const flags = ['-U', 'chat', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const initdb = program('initdb', ['-D', data, ...flags]);
    execFileSync(initdb.command, initdb.args, { ...options, stdio: 'ignore' });
    const port = await freePort();
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'max_connections=200',
      `unix_socket_directories=${folder}`,
      // Tests end processes, not the machine: what a process wrote survives the process without it.
      ...(durable ? [] : ['fsync=off']),
      ...further,
    ];
    const postgres = new ManagedProcess(() => ({
      name: 'PostgreSQL',
      ...program('postgres', ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]),
      ...options,
      ready: /ready to accept connections/,
    }));
    return new PostgresServer(folder, port, postgres);
  }

  get pid() {
    return this.#process.pid;
  }

  start() {
    return this.#process.start();
  }

  /** Ends it as a crash would. SIGTERM would wait for connected clients. */
  async stop() {
    if (this.#process.isRunning) await this.#process.stop({ signal: 'SIGQUIT' });
  }

  /** Stops all of its processes where they are. */
  freeze() {
    this.#signalAll('SIGSTOP');
  }

  thaw() {
    this.#signalAll('SIGCONT');
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {NodeJS.Signals} signal */
  #signalAll(signal) {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error('PostgreSQL is not running.');
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {
      encoding: 'utf8',
    });
    for (const id of [pid, ...children.trim().split(/\s+/).map(Number)]) process.kill(id, signal);
  }
}

/**
 * The beginning of a command that root runs as another user.
 * @param {{ uid: number, gid: number }} account
 */
function switchAccount({ uid, gid }) {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}
