import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs commands in PostgreSQL, each in its own transaction. @returns the rows, one per line */
export async function psql(url: string, ...commands: string[]): Promise<string> {
  const args = ['-Atq', url, ...commands.flatMap((command) => ['-c', command])];
  // Some tests make the server read-only; this session must still be able to write.
  const env = { ...process.env, PGOPTIONS: '-c default_transaction_read_only=off' };
  const { stdout } = await run('psql', args, { env });
  return stdout.trim();
}
