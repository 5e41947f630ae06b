import { argon2Hasher } from '../../auth/argon2-hasher.js';
import type { PasswordHasher } from '../../domain/ports/index.js';
import type { Store } from '../../domain/ports/store.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { createUuidGenerator } from '../../domain/runtime/uuid-generator.js';

const username = 'demo';
const password = 'demo';

/** Stored in place of a hash. As in `/etc/shadow`, the `!` marks an account that has no password. */
const demoHash = '!demo';

/** Adds the demo user, unless there is a user of this name. Only a server with {@link demoHasher} lets this user log in. */
export async function addDemoUser(store: Store): Promise<void> {
  const id = createUuidGenerator(systemClock).next();
  await store.addUser({ id, username, passwordHash: demoHash });
}

/** The hasher of the server: the demo user of an earlier start cannot log in. */
export const serverHasher: PasswordHasher = {
  ...argon2Hasher,
  // A wrong password costs the same work for every user.
  verify: async (hash, given) =>
    argon2Hasher.verify(hash === demoHash ? await unknownHash() : hash, given),
};

/** The hasher of a server with `--demo`. */
export const demoHasher: PasswordHasher = {
  ...serverHasher,
  verify: async (hash, given) =>
    (hash === demoHash && given === password) || serverHasher.verify(hash, given),
};

let unknown: Promise<string> | undefined;

/** The hash of a password that nobody knows. */
function unknownHash(): Promise<string> {
  unknown ??= argon2Hasher.hash(crypto.randomUUID());
  return unknown;
}
