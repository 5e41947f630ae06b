import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../domain/ports/index.js';

/**
 * argon2id with the library's default parameters (19 MiB, two passes: OWASP's first recommendation), about 10 ms per hash,
 * off the main thread. Node only: the library is native.
 */
export const argon2Hasher: PasswordHasher = {
  hash: (password) => hash(password),
  verify: (encoded, password) => verify(encoded, password),
  // One processor is left for other calls. Node's pool has 4 threads, which file and DNS operations use too.
  concurrency: Math.max(1, Math.min(2, availableParallelism() - 1)),
};
