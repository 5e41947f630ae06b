import type { Store } from './store.js';

// The id of a token names the password that it was got with, so that a new password can end all of them at once,
// however many there are. What it names is a hash of a salted hash: nobody learns anything from it.

const bytes = 12;

/** What tells one password of one user from all others. */
export async function passwordMark(passwordHash: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(passwordHash));
  const hex = [...new Uint8Array(digest, 0, bytes)].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return hex.join('');
}

/** The id of a new token: unique, and of that password. */
export function tokenIdOf(mark: string, unique: string): string {
  return `${mark}.${unique}`;
}

/** Whether the token with this id was given back, or the password changed that it was got with. */
export async function isTokenOver(store: Store, jti: string): Promise<boolean> {
  const [mark, unique] = jti.split('.');
  if (await store.isTokenRevoked(jti)) return true;
  return mark !== undefined && unique !== undefined && (await store.isTokenRevoked(mark));
}
