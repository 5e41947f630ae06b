import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sqliteDialect } from '../sql/dialect.js';
import { migrate } from '../sql/migrate.js';
import { tableNames } from '../sql/migrations.js';
import { StoreOpenError } from '../store-open-error.js';
import { explainFileError } from './explain-file-error.js';
import { SqliteConnection } from './sqlite-connection.js';
import {
  SQLITE_BUSY,
  SQLITE_CORRUPT,
  SQLITE_NOTADB,
  SQLITE_READONLY,
  sqliteCode,
} from './sqlite-error.js';
import { sqliteSettings } from './sqlite-settings.js';

const retryMs = 20;

/**
 * Opens a writing connection to a database with the current schema; creates the file when it does not exist.
 * Any number of processes may do this with one file at the same time.
 *
 * @throws {StoreOpenError}
 */
export async function openForWriting(
  path: string,
  busyTimeoutMs: number,
): Promise<SqliteConnection> {
  createFile(path);
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return await connect(path, busyTimeoutMs);
    } catch (error) {
      // Switching to WAL fails at once when another process does the same: SQLite does not wait here.
      if (sqliteCode(error) !== SQLITE_BUSY || performance.now() >= deadline) {
        throw explainOpenError(path, error);
      }
    }
    await delay(retryMs);
  }
}

async function connect(path: string, busyTimeoutMs: number): Promise<SqliteConnection> {
  const connection = new SqliteConnection(path, { readOnly: false, busyTimeoutMs });
  try {
    assertOwnDatabase(connection, path);
    for (const setting of sqliteSettings) connection.rows(setting);
    connection.command('BEGIN IMMEDIATE');
    await migrate(sqliteDialect, async (sql) => connection.rows(sql), `The database "${path}"`);
    connection.command('COMMIT');
    // From here on the writer waits for a lock itself, without blocking the event loop.
    connection.rows('PRAGMA busy_timeout = 0');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Created here for its mode: other users must not read the password hashes. */
function createFile(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw explainOpenError(path, error);
  }
}

/** @throws {StoreOpenError} when the database has tables, but not those of the chat; further tables are allowed */
export function assertOwnDatabase(connection: Pick<SqliteConnection, 'rows'>, path: string): void {
  const tables = connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table'").flat();
  if (tables.length > 0 && !tableNames.every((name) => tables.includes(name))) {
    throw new StoreOpenError(
      `The database "${path}" belongs to another program: choose a separate file for the chat.`,
    );
  }
}

function explainOpenError(path: string, error: unknown): unknown {
  const openError = (message: string) => new StoreOpenError(message, { cause: error });
  const code = sqliteCode(error);
  if (code === SQLITE_NOTADB) return openError(`The file "${path}" is not a SQLite database.`);
  if (code === SQLITE_CORRUPT) {
    return openError(`The database "${path}" is damaged: restore a backup.`);
  }
  if (code === SQLITE_BUSY)
    return openError(`The database "${path}" is locked by another process.`);
  if (code === SQLITE_READONLY) {
    return openError(`The database "${path}" or its folder is read-only for this user.`);
  }
  if (code !== undefined) {
    return openError(`The database "${path}" could not be opened: ${(error as Error).message}.`);
  }
  const reason = explainFileError(error);
  return reason === undefined
    ? error
    : openError(`The database "${path}" could not be opened: ${reason}.`);
}
