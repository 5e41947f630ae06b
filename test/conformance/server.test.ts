import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { runChecks } from '../../packages/server/src/conformance/run.js';
import { createMemoryStore } from '../../packages/server/src/store/memory-store.js';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
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

  it.each(checks.map((check) => [check.id, check.says, check] as const))(
    '%s %s',
    async (_id, _says, check) => {
      for await (const result of runChecks([check], harness)) {
        if (result.outcome === 'skipped') {
          expect(Object.values(harness.cannot)).toContain(result.reason);
        } else {
          expect(result).toEqual({ check, outcome: 'passed' });
        }
      }
    },
    60_000,
  );
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
  }, 120_000);
});
