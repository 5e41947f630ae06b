import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../testing/free-port.js';

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The folder of PostgreSQL's own programs, `undefined` when this machine has none. Where `CI` is set
 * that is an error: a suite that was never run must not look like one that passed.
 */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  if (process.env.CI) throw new Error('PostgreSQL is not installed, and CI must test with it.');
  console.warn('\n*** PostgreSQL is not installed: NOTHING IS TESTED ON IT in this run. ***\n');
  return undefined;
}

/** A PostgreSQL server of the test's own, with an empty cluster in a folder that goes with it. */
export class PostgresServer {
  readonly #programs: string;
  readonly #account: Account | undefined;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(programs: string, account: Account | undefined, port: number) {
    this.#programs = programs;
    this.#account = account;
    this.#folder = mkdtempSync(join(tmpdir(), 'chat-postgres-'));
    this.#port = port;
  }

  static async start(programs: string): Promise<PostgresServer> {
    const server = new PostgresServer(programs, unprivileged(), await freePort());
    server.#makeCluster();
    await server.start();
    return server;
  }

  /** The address of a database; `schema` keeps a test's tables apart from another's. */
  url(schema = 'public', database = 'postgres'): string {
    const options = encodeURIComponent(`-c search_path=${schema}`);
    return `postgres://chat@127.0.0.1:${this.#port}/${database}?options=${options}`;
  }

  async start(): Promise<void> {
    const settings = [`port=${this.#port}`, 'listen_addresses=127.0.0.1', 'max_connections=60'];
    // The machine's disk is not what is tested: what a process wrote survives the process anyway.
    settings.push('fsync=off', `unix_socket_directories=${this.#folder}`);
    const server = spawn(
      join(this.#programs, 'postgres'),
      ['-D', join(this.#folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.#account, cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = server;
    const said: string[] = [];
    const lines = createInterface({ input: server.stderr });
    await new Promise<void>((resolve, reject) => {
      server.once('exit', () => reject(new Error(`PostgreSQL ended:\n${said.join('\n')}`)));
      lines.on('line', (line) => {
        said.push(line);
        if (line.includes('ready to accept connections')) resolve();
      });
    });
  }

  /** `SIGQUIT` ends it as a crash would, `SIGINT` in good order, `SIGSTOP` and `SIGCONT` freeze and thaw it. */
  signal(signal: 'SIGQUIT' | 'SIGINT' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const server = this.#process;
    if (server?.pid === undefined) throw new Error('PostgreSQL is not running.');
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') {
      for (const pid of [server.pid, ...childrenOf(server.pid)]) process.kill(pid, signal);
      return Promise.resolve();
    }
    const ended = once(server, 'exit').then(() => undefined);
    server.kill(signal);
    return ended;
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode === null) await this.signal('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #makeCluster(): void {
    if (this.#account !== undefined) {
      chownSync(this.#folder, this.#account.uid, this.#account.gid);
    }
    execFileSync(
      join(this.#programs, 'initdb'),
      ['-D', join(this.#folder, 'data'), '-U', 'chat', '-A', 'trust', '-E', 'UTF8'].concat(
        '--locale=C',
        '--no-sync',
      ),
      { ...this.#account, cwd: this.#folder, stdio: 'ignore' },
    );
  }
}

/** PostgreSQL refuses to run as root; a container's tests often do. */
function unprivileged(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string, name: string) =>
    Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
  return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') };
}

function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return listed.trim().split(/\s+/).map(Number);
}
