import { addUser } from '../chat/add-user.js';
import { CommandError } from './command-error.js';
import { type DataPlace, nameOf } from './open-store.js';
import { say, type Terminal } from './terminal.js';
import { withPassword } from './with-password.js';

/**
 * Adds a user to the data, also while a server runs on them.
 * @throws {CommandError} when the name is taken.
 */
export async function userAdd(
  terminal: Terminal,
  username: string,
  place: DataPlace,
): Promise<void> {
  await withPassword(terminal, place, async (dependencies, password) => {
    const added = await addUser(dependencies, { username, password });
    if (!added)
      throw new CommandError(`There is a user "${username}" in ${nameOf(place)} already.`);
    say(terminal, `User "${username}" was added to ${nameOf(place)}.`);
  });
}
