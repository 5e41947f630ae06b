import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { migrate } from '../sql/migrate.js';
import { StoreOpenError } from '../store-open-error.js';
import { fileReason } from './file-reason.js';
import { SqliteConnection } from './sqlite-connection.js';
import { sqliteDialect } from './sqlite-dialect.js';
import { SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, sqliteCode } from './sqlite-error.js';
import { sqliteSettings } from './sqlite-settings.js';

const retryMs = 20;

/**
 * A connection that may write to a database with today's schema; the file is made when there is none.
 * Any number of processes may do this with one file at the same time.
 *
 * @throws {StoreOpenError}
 */
export async function openForWriting(
  path: string,
  busyTimeoutMs: number,
): Promise<SqliteConnection> {
  makeFile(path);
  const giveUpAt = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return await connect(path, busyTimeoutMs);
    } catch (error) {
      // Changing to WAL fails at once when another process does the same: SQLite does not wait there.
      if (sqliteCode(error) !== SQLITE_BUSY || performance.now() >= giveUpAt) {
        throw explain(path, error);
      }
    }
    await delay(retryMs);
  }
}

async function connect(path: string, busyTimeoutMs: number): Promise<SqliteConnection> {
  const connection = new SqliteConnection(path, { readOnly: false, busyTimeoutMs });
  try {
    assertOurs(connection, path);
    for (const setting of sqliteSettings) connection.rows(setting);
    connection.command('BEGIN IMMEDIATE');
    await migrate(
      sqliteDialect,
      async (query) => connection.execute(query.compile()),
      `The database "${path}"`,
    );
    connection.command('COMMIT');
    // From here on the writer waits for a lock by itself, without holding up the event loop.
    connection.rows('PRAGMA busy_timeout = 0');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Made by us and not by SQLite, for its mode: password hashes are nobody else's business. */
function makeFile(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw explain(path, error);
  }
}

function assertOurs(connection: SqliteConnection, path: string): void {
  const tables = connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table'").flat();
  if (tables.length > 0 && !tables.includes('schema_version')) {
    throw new StoreOpenError(
      `The database "${path}" belongs to another program: name a file of its own for the chat.`,
    );
  }
}

function explain(path: string, error: unknown): unknown {
  const say = (sentence: string) => new StoreOpenError(sentence, { cause: error });
  const code = sqliteCode(error);
  if (code === SQLITE_NOTADB) return say(`The file "${path}" is not a SQLite database.`);
  if (code === SQLITE_CORRUPT) {
    return say(`The database "${path}" is damaged: restore a backup.`);
  }
  if (code === SQLITE_BUSY) return say(`The database "${path}" is locked by another process.`);
  if (code !== undefined) {
    return say(`The database "${path}" could not be opened: ${(error as Error).message}.`);
  }
  const reason = fileReason(error);
  return reason === undefined
    ? error
    : say(`The database "${path}" could not be opened: ${reason}.`);
}
