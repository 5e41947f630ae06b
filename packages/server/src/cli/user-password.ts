import { changePassword } from '../chat/change-password.js';
import { createDependencies } from '../fastify/dependencies.js';
import { CommandError } from './command-error.js';
import { silentLogger } from './logger.js';
import { type DataPlace, nameOf, openStore } from './open-store.js';
import { readPassword } from './read-password.js';
import { say, type Terminal } from './terminal.js';

/**
 * Gives a user another password, also while a server runs on the data.
 * @throws {CommandError} when there is no such user.
 */
export async function userPassword(
  terminal: Terminal,
  username: string,
  place: DataPlace,
): Promise<void> {
  const password = await readPassword(terminal);
  const store = await openStore(place);
  try {
    const changed = await changePassword(createDependencies({ store }, silentLogger), {
      username,
      password,
    });
    if (!changed) {
      throw new CommandError(`There is no user "${username}": "chat-server user add" makes one.`);
    }
    say(
      terminal,
      `User "${username}" has a new password in ${nameOf(place)}; earlier tokens are over.`,
    );
  } finally {
    await store.close();
  }
}
