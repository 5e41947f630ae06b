import { addUser } from '../chat/add-user.js';
import { createDependencies } from '../fastify/dependencies.js';
import { CommandError } from './command-error.js';
import { silentLogger } from './logger.js';
import { type DataPlace, nameOf, openStore } from './open-store.js';
import { readPassword } from './read-password.js';
import { say, type Terminal } from './terminal.js';

/**
 * Adds a user to the data, also while a server runs on them.
 * @throws {CommandError} when the name is taken.
 */
export async function userAdd(
  terminal: Terminal,
  username: string,
  place: DataPlace,
): Promise<void> {
  const password = await readPassword(terminal);
  const store = await openStore(place);
  try {
    const added = await addUser(createDependencies({ store }, silentLogger), {
      username,
      password,
    });
    if (!added) throw new CommandError(`There is a user "${username}" already.`);
    say(terminal, `User "${username}" was added to ${nameOf(place)}.`);
  } finally {
    await store.close();
  }
}
