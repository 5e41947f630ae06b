import { checks, type Harness, runChecks } from '@chat/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/server/src/stores/memory/memory-store.js';
import { openPostgresStore } from '../../packages/server/src/stores/postgres/postgres-store.js';
import { openSqliteStore } from '../../packages/server/src/stores/sqlite/sqlite-store.js';
import { describePostgres } from '../../packages/server/src/stores/testing/describe-postgres.js';
import { itConforms, itLimitsBodiesWithoutToken } from './all-checks.js';
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

  itConforms(() => harness);
  itLimitsBodiesWithoutToken(() => harness);
});

describePostgres('the server on the PostgreSQL store', (postgres) => {
  let harness: Harness & { close(): Promise<void> };
  beforeAll(async () => {
    const store = await openPostgresStore({ url: await postgres.emptySchema() });
    harness = await createFastifyHarness({ store });
  });
  afterAll(() => harness?.close());

  itConforms(() => harness);
});

describe('the server with short sessions', () => {
  it.each(Object.entries(stores))('SESSION-3 starts a new session on %s', async (_, openStore) => {
    const harness = await createFastifyHarness({
      store: await openStore(),
      limits: { sessionMaxMessages: 4 },
    });
    const bounded = checks.filter(({ id }) => id === 'SESSION-3');
    for await (const result of runChecks(bounded, { ...harness, missingCapabilities: {} })) {
      expect(result).toMatchObject({ outcome: 'passed' });
    }
    await harness.close();
  });
});

describe('the server with a high rate limit', () => {
  it('WS-15 closes a socket that reads too slowly', async () => {
    const limits = { messagesPerWindow: 100_000 };
    const store = createMemoryStore();
    const harness = await createFastifyHarness({ store, limits });
    const slow = checks.filter(({ id }) => id === 'WS-15');
    for await (const result of runChecks(slow, { ...harness, missingCapabilities: {} })) {
      expect(result).toMatchObject({ outcome: 'passed' });
    }
    await harness.close();
  });
});
