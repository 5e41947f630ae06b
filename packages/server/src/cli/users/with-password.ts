import { argon2Hasher } from '../../auth/argon2-hasher.js';
import type { ChatApiDependencies } from '../../domain/api.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { inMemoryDependencies } from '../../in-memory.js';
import { silentLogger } from '../../logging/silent-logger.js';
import { type DataSource, withStore } from '../connections/open-store.js';
import type { Terminal } from '../output/terminal.js';
import { readPassword } from './read-password.js';

/** Reads a password and opens the store while `work` runs. */
export async function withPassword(
  terminal: Terminal,
  place: DataSource,
  work: (dependencies: ChatApiDependencies, password: string) => Promise<void>,
): Promise<void> {
  const password = await readPassword(terminal);
  await withStore(place, async (store) => {
    const dependencies = { store, clock: systemClock, passwords: argon2Hasher };
    await work(inMemoryDependencies({ ...dependencies, logger: silentLogger }), password);
  });
}
