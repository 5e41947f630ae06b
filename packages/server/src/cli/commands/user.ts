import { addUser } from '../../domain/auth/add-user.js';
import { changePassword } from '../../domain/auth/change-password.js';
import { removeUser } from '../../domain/auth/remove-user.js';
import type { PasswordHasher } from '../../domain/ports/index.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { createUuidGenerator } from '../../domain/runtime/uuid-generator.js';
import {
  type DataSource,
  describeDataSource,
  requireData,
  withStore,
} from '../connections/open-store.js';
import { CommandError } from '../errors.js';
import { print, type Terminal } from '../output/terminal.js';
import { readPassword } from '../users/read-password.js';

// All of these commands also work while a server uses the data.

const batchSize = 500;

/**
 * Adds a user.
 * @throws {CommandError} when the name exists
 */
export async function userAdd(
  terminal: Terminal,
  username: string,
  source: DataSource,
): Promise<void> {
  const passwords = await loadHasher();
  const password = await readPassword(terminal);
  await withStore(source, async (store) => {
    const idGenerator = createUuidGenerator(systemClock);
    const added = await addUser({ store, idGenerator, passwords }, { username, password });
    const place = describeDataSource(source);
    if (!added) throw new CommandError(`User "${username}" already exists in ${place}.`);
    print(terminal, `Added user "${username}" to ${place}.`);
  });
}

/**
 * Changes the password of a user.
 * @throws {CommandError} when the user or the file does not exist
 */
export async function userPassword(
  terminal: Terminal,
  username: string,
  source: DataSource,
): Promise<void> {
  // Checked before the prompt for the password.
  requireData(source);
  const passwords = await loadHasher();
  const password = await readPassword(terminal);
  await withStore(source, async (store) => {
    const dependencies = { store, clock: systemClock, passwords };
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

/**
 * Prints the names of all users.
 * @throws {CommandError} when the file does not exist
 */
export async function userList(terminal: Terminal, source: DataSource): Promise<void> {
  requireData(source);
  await withStore(source, async (store) => {
    let names: string[] = [];
    do {
      names = await store.usernames({ after: names.at(-1) ?? '', limit: batchSize });
      for (const name of names) print(terminal, name);
    } while (names.length === batchSize);
  });
}

/**
 * Deletes a user and all of the user's data.
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

/** Only for the commands that hash a password: argon2 is a native module. */
async function loadHasher(): Promise<PasswordHasher> {
  return (await import('../../auth/argon2-hasher.js')).argon2Hasher;
}
