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
  const isLogUsable = watchOne(() => `${realpathSync(absolute)}-wal`, 0n);
  const isUsable = watchOne(() => absolute, 1n);
  return () => {
    if (isUsable() && isLogUsable()) return;
    throw new StoreUnavailableError(
      `The database "${path}" was deleted or replaced while it was in use: restore the file and restart the server.`,
    );
  };
}

/** Returns a function that tells whether the path still leads to the same file, which has at least `minSize` bytes. */
function watchOne(path: () => string, minSize: bigint): () => boolean {
  const opened = stat(path());
  return () => {
    if (opened === undefined) return true;
    const current = stat(path());
    return opened.ino === current?.ino && opened.dev === current.dev && current.size >= minSize;
  };
}

function stat(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
