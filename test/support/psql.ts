import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Has PostgreSQL do some commands, each by itself; gives what it answers, one row a line. */
export async function psql(url: string, ...commands: string[]): Promise<string> {
  const args = ['-Atq', url, ...commands.flatMap((command) => ['-c', command])];
  // A server that may only be read from is told by us that it may be written to again.
  const env = { ...process.env, PGOPTIONS: '-c default_transaction_read_only=off' };
  const { stdout } = await run('psql', args, { env });
  return stdout.trim();
}
