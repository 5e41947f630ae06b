import { type BigIntStats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StoreUnavailableError } from '../../domain/errors.js';

/**
 * Returns a function that throws when the file at `path` was deleted or replaced since this call. An open file stays
 * usable after that, but everything written to it is lost when the process ends.
 *
 * @throws {StoreUnavailableError} from the returned function
 */
export function watchFile(path: string): () => void {
  // The working directory may change.
  const absolute = resolve(path);
  const stat = () => statSync(absolute, { bigint: true, throwIfNoEntry: false });
  const opened = stat();
  return () => {
    if (isSameFile(opened, stat())) return;
    throw new StoreUnavailableError(
      `The database "${path}" was deleted or replaced while it was in use: restore the file and restart the server.`,
    );
  };
}

function isSameFile(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  return one?.ino === other?.ino && one?.dev === other?.dev;
}
