import { describe, expect, it } from 'vitest';
import type { Check } from '../../packages/server/src/conformance/check.js';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import { runChecks } from '../../packages/server/src/conformance/run.js';
import { createMemoryStore } from '../../packages/server/src/store/memory-store.js';
import { createFastifyHarness } from './fastify-harness.js';
import { createFaultProxy } from './fault-proxy.js';
import type { Fault } from './faults/fault.js';
import { faults } from './faults/index.js';

const sound: Omit<Fault, 'rule'> = { does: 'nothing wrong' };

/** Runs one check against our server behind a proxy that breaks one rule. */
async function resultOf(check: Check, fault: Omit<Fault, 'rule'>) {
  let proxy: Awaited<ReturnType<typeof createFaultProxy>> | undefined;
  const flood = check.needs?.includes('slow-reader') ? { messagesPerWindow: 100_000 } : {};
  const harness = await createFastifyHarness({
    store: createMemoryStore(),
    limits: { ...flood, ...fault.limits },
    patienceMs: fault === sound ? 5_000 : 1_000,
    ...(fault.trustProxy === undefined ? {} : { trustProxy: 1 }),
    through: async (url) => {
      proxy = await createFaultProxy(url, fault.hooks?.() ?? {});
      return proxy.url;
    },
  });
  try {
    for await (const result of runChecks([check], { ...harness, cannot: {} })) return result;
    throw new Error('There was nothing to run.');
  } finally {
    await proxy?.close();
    await harness.close();
  }
}

function checkOf(rule: string): Check {
  const found = checks.find(({ id }) => id === rule);
  if (found === undefined) throw new Error(`There is no check ${rule}.`);
  return found;
}

describe('a backend with one deliberate fault', () => {
  it('is tried for every rule', () => {
    expect(faults.map(({ rule }) => rule).sort()).toEqual(checks.map(({ id }) => id).sort());
  });

  it.each(faults.map((fault) => [fault.rule, fault.does, fault] as const))(
    '%s is caught when it %s',
    async (rule, _does, fault) => {
      expect(await resultOf(checkOf(rule), fault)).toMatchObject({ outcome: 'failed' });
    },
    60_000,
  );
});

describe('the same backend without a fault', () => {
  // The proxy answers pings for its clients, and takes frames off the line that a client leaves there.
  const transparent = checks.filter(({ id }) => id !== 'WS-14' && id !== 'WS-15');

  it.each(transparent.map((check) => [check.id, check] as const))(
    '%s passes',
    async (_id, check) => {
      expect(await resultOf(check, sound)).toMatchObject({ outcome: 'passed' });
    },
    60_000,
  );
});
