import { backupSqlite } from '../../stores/sqlite/backup-sqlite.js';
import { StoreOpenError } from '../../stores/store-open-error.js';
import { type DataSource, requireData } from '../connections/open-store.js';
import { CommandError } from '../errors.js';
import { print, type Terminal } from '../output/terminal.js';

/**
 * Copies the data into a new file, also while a server uses it. The copy is a consistent snapshot; when the command
 * fails, there is no file.
 * @throws {CommandError} when the database does not exist, the file exists, or the copy failed
 */
export async function backup(terminal: Terminal, file: string, source: DataSource): Promise<void> {
  const { data, databaseUrl } = source;
  if (databaseUrl !== undefined) {
    throw new CommandError('CHAT_DATABASE_URL is set: back up PostgreSQL with pg_dump.');
  }
  requireData(source);
  try {
    await backupSqlite({ path: data, to: file });
  } catch (error) {
    // The command line was valid, so the exit code is 1 and not 2.
    throw error instanceof StoreOpenError ? new CommandError(error.message) : error;
  }
  print(terminal, `Backed up ${data} to ${file}.`);
}
