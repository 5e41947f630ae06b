import { changePassword } from '../../domain/auth/change-password.js';
import { type DataSource, describeDataSource, requireData } from '../connections/open-store.js';
import { CommandError } from '../errors.js';
import { print, type Terminal } from '../output/terminal.js';
import { withPassword } from '../users/with-password.js';

/**
 * Changes the password of a user, also while a server uses the data.
 * @throws {CommandError} when the user or the file does not exist
 */
export async function userPassword(
  terminal: Terminal,
  username: string,
  source: DataSource,
): Promise<void> {
  // Checked before the prompt for the password.
  requireData(source);
  await withPassword(terminal, source, async (dependencies, password) => {
    const changed = await changePassword(dependencies, { username, password });
    const place = describeDataSource(source);
    if (!changed) {
      throw new CommandError(
        `User "${username}" does not exist in ${place}: add it with "chat-server user add".`,
      );
    }
    print(
      terminal,
      `Changed the password of user "${username}" in ${place}; earlier tokens are revoked.`,
    );
  });
}
