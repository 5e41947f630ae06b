import { validateContent } from '@chat/contract';
import type { Store, UserRecord } from '../ports/store.js';

/** The maximum length in `addUser`, in code points. */
export const usernameMaxLength = 255;

/** The same in UTF-16 code units, as typed: decomposed, a code point has up to eight. */
const typedNameMaxLength = usernameMaxLength * 8;

/** In UTF-16 code units, as typed. */
export const passwordMaxLength = 1_024;

/** A long series of accents takes seconds to normalize, so longer names are not normalized. */
export function isNameTooLong(username: string): boolean {
  return username.length > typedNameMaxLength;
}

/**
 * Finds a user by name, composed (NFC) or decomposed (NFD): the two look the same, and systems differ in what they send.
 * New names are stored in NFC; an earlier version stored them as they were typed.
 */
export async function findUser(store: Store, username: string): Promise<UserRecord | undefined> {
  if (isNameTooLong(username)) return undefined;
  for (const name of new Set([username, username.normalize('NFC'), username.normalize('NFD')])) {
    // Every store can look up only valid text; another name cannot exist.
    if (validateContent(name, usernameMaxLength) !== undefined) continue;
    const user = await store.userByName(name);
    if (user !== undefined) return user;
  }
  return undefined;
}
