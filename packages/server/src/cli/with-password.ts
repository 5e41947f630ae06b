import type { ChatApiDependencies } from '../chat/api.js';
import { createDependencies } from '../fastify/dependencies.js';
import { silentLogger } from './logger.js';
import { type DataPlace, openStore } from './open-store.js';
import { readPassword } from './read-password.js';
import type { Terminal } from './terminal.js';

/** Asks for a password, and opens the data for as long as the work with it takes. */
export async function withPassword(
  terminal: Terminal,
  place: DataPlace,
  work: (dependencies: ChatApiDependencies, password: string) => Promise<void>,
): Promise<void> {
  const password = await readPassword(terminal);
  const store = await openStore(place);
  try {
    await work(createDependencies({ store }, silentLogger), password);
  } finally {
    await store.close();
  }
}
