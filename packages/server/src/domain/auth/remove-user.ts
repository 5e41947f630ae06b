import type { ChatApiDependencies } from '../api.js';
import { findUser } from './find-user.js';
import { maxTokenLifetimeMs } from './token-claims.js';
import { passwordFingerprint } from './token-id.js';

/** Deletes a user with all data, and revokes all of the user's tokens. Returns false when there is no such user. */
export async function removeUser(
  { clock, store }: Pick<ChatApiDependencies, 'clock' | 'store'>,
  username: string,
): Promise<boolean> {
  const user = await findUser(store, username);
  if (user === undefined) return false;
  // First, so that a running server stores no further messages of this user.
  const fingerprint = await passwordFingerprint(user.passwordHash);
  await store.revokeToken(user.id, fingerprint, clock.now() + maxTokenLifetimeMs);
  return store.removeUser(user.id);
}
