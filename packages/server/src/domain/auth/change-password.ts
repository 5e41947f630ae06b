import type { ChatApiDependencies, UserCredentials } from '../api.js';
import { HttpError } from '../errors.js';
import { validateUser } from './add-user.js';
import { findUser } from './find-user.js';
import { maxTokenLifetimeMs } from './token-claims.js';
import { passwordFingerprint } from './token-id.js';

/**
 * Changes a user's password and revokes all tokens that were issued for the old one. Returns false when there is no such
 * user.
 * @throws {@link HttpError} 400 when the password is invalid.
 */
export async function changePassword(
  { clock, passwords, store }: Pick<ChatApiDependencies, 'clock' | 'passwords' | 'store'>,
  { username, password }: UserCredentials,
): Promise<boolean> {
  const issue = validateUser({ username, password });
  if (issue !== undefined) throw new HttpError(400, issue);
  const user = await findUser(store, username);
  if (user === undefined) return false;
  const passwordHash = await passwords.hash(password.normalize('NFC'));
  if (!(await store.setPassword(user.username, passwordHash))) return false;
  // After the change, so that a token issued for the old password in the meantime is revoked too.
  const fingerprint = await passwordFingerprint(user.passwordHash);
  await store.revokeToken(user.id, fingerprint, clock.now() + maxTokenLifetimeMs);
  return true;
}
