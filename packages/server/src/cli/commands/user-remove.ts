import { removeUser } from '../../domain/auth/remove-user.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import {
  type DataSource,
  describeDataSource,
  requireData,
  withStore,
} from '../connections/open-store.js';
import { CommandError } from '../errors.js';
import { print, type Terminal } from '../output/terminal.js';

/**
 * Deletes a user and all of the user's data, also while a server uses the data.
 * @throws {CommandError} when the user or the file does not exist
 */
export async function userRemove(
  terminal: Terminal,
  username: string,
  source: DataSource,
): Promise<void> {
  requireData(source);
  await withStore(source, async (store) => {
    const removed = await removeUser({ store, clock: systemClock }, username);
    const place = describeDataSource(source);
    if (!removed) throw new CommandError(`User "${username}" does not exist in ${place}.`);
    print(terminal, `Removed user "${username}" with all messages from ${place}.`);
  });
}
