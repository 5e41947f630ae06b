import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreOpenError } from '../store-open-error.js';
import { SQLITE_BUSY, sqliteCode } from './sqlite-error.js';

/**
 * Reserves a database for one server: a second one would count rate limits and send frames alone. Other programs, such as a
 * backup, can still open the database.
 *
 * The lock is an exclusive transaction on an empty database next to it, `<path>.lock`. The system releases it when the
 * process ends, however it ends. The file stays: if it were deleted, two servers could lock two files.
 *
 * @returns a function that releases the lock
 * @throws {StoreOpenError} when another server holds the lock
 */
export function lockForServer(path: string): () => void {
  const file = `${existsSync(path) ? realpathSync(path) : resolve(path)}.lock`;
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch {
    // The database cannot be created in this folder either, and opening it explains why.
    return () => {};
  }
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteCode(error) !== SQLITE_BUSY) throw error;
    throw new StoreOpenError(
      `The database "${path}" is in use by another server: stop that server, or choose another file. Several servers need PostgreSQL and Redis.`,
      { cause: error },
    );
  }
  return () => database.close();
}
