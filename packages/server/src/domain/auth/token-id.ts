import type { TokenIds } from '../ports/store.js';

// The id of a token contains a fingerprint of the password that it was issued for, so that a password change revokes all
// of a user's tokens at once. The fingerprint is a hash of a salted hash and reveals nothing.

const bytes = 12;

/** Identifies one password of one user. */
export async function passwordFingerprint(passwordHash: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(passwordHash));
  const hex = [...new Uint8Array(digest, 0, bytes)].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return hex.join('');
}

/** The id of a new token for that password. */
export function createTokenId(fingerprint: string, unique: string): string {
  return `${fingerprint}.${unique}`;
}

/** The ids under which the token may be revoked: by a logout, or by a password change. */
export function revocationIds(jti: string): TokenIds {
  const [fingerprint, unique] = jti.split('.');
  // A token of an older version has no fingerprint.
  return [jti, fingerprint !== undefined && unique !== undefined ? fingerprint : jti];
}
