import { validateContent } from '@chat/contract';
import type { ChatApiDependencies, UserCredentials } from '../api.js';
import { HttpError } from '../errors.js';
import { findUser, isNameTooLong, passwordMaxLength, usernameMaxLength } from './find-user.js';

/** Returns why a user is invalid, or `undefined`. */
export function validateUser({ username, password }: UserCredentials): string | undefined {
  const name = isNameTooLong(username) ? username : username.normalize('NFC');
  const issue = validateContent(name, usernameMaxLength);
  if (issue !== undefined) return `A username ${issue}`;
  if (password.length > passwordMaxLength) {
    return `A password must be at most ${passwordMaxLength} characters long.`;
  }
  return password === '' ? 'A password must not be empty.' : undefined;
}

/**
 * Returns false when the name is taken. The name and the password are stored in Unicode NFC.
 * @throws {@link HttpError} 400 when the name or the password is invalid.
 */
export async function addUser(
  {
    idGenerator,
    passwords,
    store,
  }: Pick<ChatApiDependencies, 'idGenerator' | 'passwords' | 'store'>,
  { username, password }: UserCredentials,
): Promise<boolean> {
  const issue = validateUser({ username, password });
  if (issue !== undefined) throw new HttpError(400, issue);
  if ((await findUser(store, username)) !== undefined) return false;
  const passwordHash = await passwords.hash(password.normalize('NFC'));
  return store.addUser({
    id: idGenerator.next(),
    username: username.normalize('NFC'),
    passwordHash,
  });
}
