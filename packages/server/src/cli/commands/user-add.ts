import { addUser } from '../../domain/auth/add-user.js';
import { type DataSource, describeDataSource } from '../connections/open-store.js';
import { CommandError } from '../errors.js';
import { print, type Terminal } from '../output/terminal.js';
import { withPassword } from '../users/with-password.js';

/**
 * Adds a user, also while a server uses the data.
 * @throws {CommandError} when the name exists
 */
export async function userAdd(
  terminal: Terminal,
  username: string,
  source: DataSource,
): Promise<void> {
  await withPassword(terminal, source, async (dependencies, password) => {
    const added = await addUser(dependencies, { username, password });
    const place = describeDataSource(source);
    if (!added) throw new CommandError(`User "${username}" already exists in ${place}.`);
    print(terminal, `Added user "${username}" to ${place}.`);
  });
}
