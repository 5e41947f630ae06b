import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from '@photostructure/sqlite';
import { StoreOpenError } from '../store-open-error.js';
import { explainFileError } from './explain-file-error.js';
import { assertOwnDatabase } from './open-sqlite.js';
import { sqliteLocation } from './sqlite-location.js';

export interface SqliteBackupOptions {
  /** The database file; it may be in use. */
  readonly path: string;
  /** The file of the copy; it must not exist yet. */
  readonly to: string;
}

/**
 * Copies a database while it is in use, without blocking writers. The copy is the committed state at its start. It gets
 * its name when it is complete.
 *
 * @throws {StoreOpenError} when the database does not exist, or the file of the copy exists or cannot be created
 */
export async function backupSqlite({ path, to }: SqliteBackupOptions): Promise<void> {
  if (!existsSync(path)) throw new StoreOpenError(`There is no database "${path}" to copy.`);
  if (existsSync(to)) {
    throw new StoreOpenError(`The file "${to}" exists: name a new file for the backup.`);
  }
  const temporary = sqliteLocation(`${to}.${randomUUID()}.unfinished`);
  try {
    // Created here for its mode: a backup contains password hashes.
    await (await open(temporary, 'wx', 0o600)).close();
    const source = new DatabaseSync(sqliteLocation(path), { readOnly: true });
    try {
      assertOwnDatabase({ rows: (sql) => source.prepare(sql).all().map(Object.values) }, path);
      // All pages in one step: a backup in steps restarts at every write and might never end.
      await backup(source, temporary, { rate: -1 });
    } finally {
      source.close();
    }
    await syncToDisk(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof StoreOpenError) throw error;
    // The system's message would name the temporary file.
    const reason = explainFileError(error) ?? (error instanceof Error ? error.message : error);
    throw new StoreOpenError(`The database "${path}" could not be copied to "${to}": ${reason}.`, {
      cause: error,
    });
  }
}

/** A finished backup must survive a power cut. */
async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
