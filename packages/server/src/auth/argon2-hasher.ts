import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../chat/ports.js';

/**
 * argon2id with the library's parameters (19 MiB, two passes: OWASP's first choice), some 10 ms a
 * hash, off the main thread. Node only: the library is native.
 */
export const argon2Hasher: PasswordHasher = {
  hash: (password) => hash(password),
  verify: (encoded, password) => verify(encoded, password),
};
