import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { runChecks } from '../../packages/server/src/conformance/run.js';
import { createMemoryStore } from '../../packages/server/src/store/memory-store.js';
import { openPostgresStore } from '../../packages/server/src/store/postgres-store.js';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
import { describePostgres } from '../../packages/server/src/store/testing/postgres-suite.js';
import { itKeeps } from './all-checks.js';
import { createFastifyHarness } from './fastify-harness.js';

const stores = {
  'the memory store': async () => createMemoryStore(),
  'the SQLite store': () => openSqliteStore({ path: ':memory:' }),
};

describe.each(Object.entries(stores))('the server on %s', (_name, openStore) => {
  let harness: Harness & { close(): Promise<void> };
  beforeAll(async () => {
    harness = await createFastifyHarness({ store: await openStore() });
  });
  afterAll(() => harness.close());

  itKeeps(() => harness);
});

describePostgres('the server on the PostgreSQL store', (postgres) => {
  let harness: Harness & { close(): Promise<void> };
  beforeAll(async () => {
    const store = await openPostgresStore({ url: await postgres.emptySchema() });
    harness = await createFastifyHarness({ store });
  });
  afterAll(() => harness?.close());

  itKeeps(() => harness);
});

describe('the server with room for a flood', () => {
  it('WS-15 closes a socket that reads too slowly', async () => {
    const limits = { messagesPerWindow: 100_000 };
    const store = createMemoryStore();
    const harness = await createFastifyHarness({ store, limits });
    const slow = checks.filter(({ id }) => id === 'WS-15');
    for await (const result of runChecks(slow, { ...harness, cannot: {} })) {
      expect(result).toMatchObject({ outcome: 'passed' });
    }
    await harness.close();
  });
});
