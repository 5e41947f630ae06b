import { validateContent } from '@chat/contract';
import type { Store, UserRecord } from '../ports/store.js';

/** The maximum length in `addUser`. */
export const usernameMaxLength = 255;

/**
 * Finds a user by name, composed (NFC) or decomposed (NFD): the two look the same, and systems differ in what they send.
 * New names are stored in NFC; an earlier version stored them as they were typed.
 */
export async function findUser(store: Store, username: string): Promise<UserRecord | undefined> {
  for (const name of new Set([username, username.normalize('NFC'), username.normalize('NFD')])) {
    // Every store can look up only valid text; another name cannot exist.
    if (validateContent(name, usernameMaxLength) !== undefined) continue;
    const user = await store.userByName(name);
    if (user !== undefined) return user;
  }
  return undefined;
}
