import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreOpenError } from '../store-open-error.js';
import { SQLITE_BUSY, sqliteCode } from './sqlite-error.js';

/**
 * Reserves a database for one server: a second one would count rate limits and send frames alone. Other programs, such as a
 * backup, can still open the database.
 *
 * The lock is an exclusive transaction on an empty database next to it, `<path>.lock`. The system releases it when the
 * process ends, however it ends. The file stays: if it were deleted, two servers could lock two files. For a symbolic link,
 * the name of the link is locked, too: a running server may have opened the file under that name before the file was moved.
 *
 * @returns a function that releases the lock
 * @throws {StoreOpenError} when another server holds the lock, or when the file has several hard links
 */
export function lockForServer(path: string): () => void {
  rejectHardLinks(path);
  const releases: (() => void)[] = [];
  const releaseAll = (): void => {
    for (const release of releases.splice(0)) release();
  };
  try {
    for (const file of lockFiles(path)) releases.push(lock(file, path));
  } catch (error) {
    releaseAll();
    throw error;
  }
  return releaseAll;
}

/** SQLite puts the write-ahead log next to the name that it opens: each name would have its own. */
function rejectHardLinks(path: string): void {
  const file = statSync(path, { throwIfNoEntry: false });
  // A folder is rejected when the database is opened.
  if (!file?.isFile() || file.nlink === 1) return;
  throw new StoreOpenError(
    `The database "${path}" has ${file.nlink} names (hard links), and writing to it through two of them destroys it: delete the other names, or replace them by symbolic links.`,
  );
}

function lockFiles(path: string): Set<string> {
  const folder = realPath(dirname(resolve(path)));
  const name = join(folder, basename(path));
  return new Set([`${realPath(name)}.lock`, `${name}.lock`]);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function lock(file: string, path: string): () => void {
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
