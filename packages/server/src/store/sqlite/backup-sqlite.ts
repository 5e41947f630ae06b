import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from '@photostructure/sqlite';
import { StoreOpenError } from '../store-open-error.js';
import { fileReason } from './file-reason.js';

export interface SqliteBackupOptions {
  /** The database's file; it may be in use. */
  readonly path: string;
  /** The copy's file, which must not exist yet. */
  readonly to: string;
}

/**
 * Copies a database while it is in use, without holding up who writes to it: the copy is what was
 * committed when it began. It has its name only once it is whole.
 *
 * @throws {StoreOpenError} when there is no such database, or the copy's name is taken or out of reach
 */
export async function backupSqlite({ path, to }: SqliteBackupOptions): Promise<void> {
  if (!existsSync(path)) throw new StoreOpenError(`There is no database "${path}" to copy.`);
  if (existsSync(to)) {
    throw new StoreOpenError(`The file "${to}" exists: name a new file for the backup.`);
  }
  const unfinished = `${to}.${randomUUID()}.unfinished`;
  try {
    // Made by us and not by SQLite, for its mode: a backup holds password hashes too.
    await (await open(unfinished, 'wx', 0o600)).close();
    const source = new DatabaseSync(path, { readOnly: true });
    try {
      // All pages in one step: one that begins anew at every write would never end on a busy day.
      await backup(source, unfinished, { rate: -1 });
    } finally {
      source.close();
    }
    await toDisk(unfinished);
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { force: true });
    // The system's own words would name the unfinished file, which is nobody's business.
    const reason = fileReason(error) ?? (error instanceof Error ? error.message : error);
    throw new StoreOpenError(`The database "${path}" could not be copied to "${to}": ${reason}.`, {
      cause: error,
    });
  }
}

/** Whoever is told of a backup may lose the machine in the next second. */
async function toDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
