import { changePassword } from '../chat/change-password.js';
import { CommandError } from './command-error.js';
import { type DataPlace, nameOf, requireData } from './open-store.js';
import { say, type Terminal } from './terminal.js';
import { withPassword } from './with-password.js';

/**
 * Gives a user another password, also while a server runs on the data.
 * @throws {CommandError} when there is no such user, or no such file.
 */
export async function userPassword(
  terminal: Terminal,
  username: string,
  place: DataPlace,
): Promise<void> {
  // Before the password is asked for: it would be typed in vain.
  requireData(place);
  await withPassword(terminal, place, async (dependencies, password) => {
    const changed = await changePassword(dependencies, { username, password });
    if (!changed) {
      throw new CommandError(
        `There is no user "${username}" in ${nameOf(place)}: "chat-server user add" makes one.`,
      );
    }
    say(
      terminal,
      `User "${username}" has a new password in ${nameOf(place)}; earlier tokens are over.`,
    );
  });
}
