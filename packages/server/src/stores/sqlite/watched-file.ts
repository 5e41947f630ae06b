import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StoreUnavailableError } from '../../domain/errors.js';

/**
 * Returns a function that throws when the file at `path` or its write-ahead log was deleted, emptied or replaced since this
 * call. An open file stays usable after that, but what is written to it is lost when the process ends.
 *
 * @throws {StoreUnavailableError} from the returned function
 */
export function watchFile(path: string): () => void {
  // The working directory may change.
  const absolute = resolve(path);
  // SQLite puts the log next to the target of a symbolic link.
  const isUsable = [absolute, `${realpathSync(absolute)}-wal`].map(watchOne);
  return () => {
    if (isUsable.every((check) => check()) && stat(absolute)?.size !== 0n) return;
    throw new StoreUnavailableError(
      `The database "${path}" was deleted or replaced while it was in use: restore the file and restart the server.`,
    );
  };
}

/** Returns a function that tells whether the file is still the same one. */
function watchOne(path: string): () => boolean {
  const opened = stat(path);
  return () => {
    const current = stat(path);
    return opened === undefined || (opened.ino === current?.ino && opened.dev === current.dev);
  };
}

function stat(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
