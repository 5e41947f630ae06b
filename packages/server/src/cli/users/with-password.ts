import { argon2Hasher } from '../../auth/argon2-hasher.js';
import type { ChatApiDependencies } from '../../domain/api.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { inMemoryDependencies } from '../../in-memory.js';
import { type DataSource, openStore } from '../connections/open-store.js';
import { silentLogger } from '../output/logger.js';
import type { Terminal } from '../output/terminal.js';
import { readPassword } from './read-password.js';

/** Reads a password and opens the store while `work` runs. */
export async function withPassword(
  terminal: Terminal,
  place: DataSource,
  work: (dependencies: ChatApiDependencies, password: string) => Promise<void>,
): Promise<void> {
  const password = await readPassword(terminal);
  const store = await openStore(place);
  try {
    await work(
      inMemoryDependencies({
        store,
        clock: systemClock,
        logger: silentLogger,
        passwords: argon2Hasher,
      }),
      password,
    );
  } finally {
    await store.close();
  }
}
