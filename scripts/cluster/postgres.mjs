// A PostgreSQL of our own on a free port, with its data in a folder that goes with it.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, Part } from './part.mjs';

/** Where its programs are, `undefined` when this machine has none. */
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
 * @param {object} [options]
 * @param {{ folder: string, enter: string[] }} [options.disk] where its data are, and what a command begins with that is
 *   to see them; a folder of the machine when not given
 * @param {boolean} [options.durable] whether a commit waits for the disk, as in production
 */
export async function createPostgres({ disk, durable = false } = {}) {
  const programs = findPostgres();
  if (programs === undefined) throw new Error('PostgreSQL is not installed.');
  const account = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'chat-cluster-'));
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(disk?.folder ?? folder, 'data');
  const options = { ...(disk === undefined && account), cwd: folder };
  const [command = '', ...enter] = [
    ...(disk?.enter ?? []),
    ...(disk === undefined || account === undefined ? [] : become(account)),
  ];
  const program = (name, args) =>
    command === ''
      ? { command: join(programs, name), args }
      : { command, args: [...enter, join(programs, name), ...args] };
  const encoding = ['-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const initdb = program('initdb', ['-D', data, '-U', 'chat', ...encoding]);
  execFileSync(initdb.command, initdb.args, { ...options, stdio: 'ignore' });
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'max_connections=200'];
  settings.push(`unix_socket_directories=${folder}`);
  // The machine's own end is not what is rehearsed: what a process wrote survives the process anyway.
  if (!durable) settings.push('fsync=off');
  const part = new Part('PostgreSQL', {
    ...program('postgres', ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]),
    ready: 'ready to accept connections',
    options,
  });
  return {
    url: `postgres://chat@127.0.0.1:${port}/postgres`,
    start: () => part.start(),
    /** Ends it as a crash would; SIGTERM would wait for clients that stay. */
    stop: () => part.stop('SIGQUIT'),
    /** All of its processes stop where they are. */
    freeze: () => everyProcess(part.pid, 'SIGSTOP'),
    thaw: () => everyProcess(part.pid, 'SIGCONT'),
    async remove() {
      await part.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function everyProcess(pid, signal) {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  for (const each of [pid, ...children.trim().split(/\s+/).map(Number)]) process.kill(each, signal);
}

/** What a command begins with that root runs as somebody else. */
function become({ uid, gid }) {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
