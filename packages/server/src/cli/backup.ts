import { backupSqlite } from '../store/sqlite/backup-sqlite.js';
import { StoreOpenError } from '../store/store-open-error.js';
import { CommandError } from './command-error.js';
import type { DataPlace } from './open-store.js';
import { say, type Terminal } from './terminal.js';

/**
 * Copies the data into a new file, also while a server runs on them: one consistent moment, whole or
 * not at all.
 * @throws {CommandError} when there are no data, the file exists already, or the copy did not succeed.
 */
export async function backup(
  terminal: Terminal,
  file: string,
  { data, databaseUrl }: DataPlace,
): Promise<void> {
  if (databaseUrl !== undefined) {
    throw new CommandError('CHAT_DATABASE_URL is set: back PostgreSQL up with its own pg_dump.');
  }
  try {
    await backupSqlite({ path: data, to: file });
  } catch (error) {
    // The command was right and could not be done, so it ends with 1 and not with 2.
    throw error instanceof StoreOpenError ? new CommandError(error.message) : error;
  }
  say(terminal, `Backed up ${data} to ${file}.`);
}
