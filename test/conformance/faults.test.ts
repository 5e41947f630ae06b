import { type ConformanceCheck, checks, runChecks } from '@chat/conformance';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../packages/server/src/stores/memory/memory-store.js';
import { createFastifyHarness } from './fastify-harness.js';
import { createFaultProxy } from './fault-proxy.js';
import type { Fault } from './faults/fault.js';
import { faults } from './faults/index.js';

const noFault: Omit<Fault, 'ruleId'> = { behaviour: 'has no fault' };

/** Runs one check against the server behind a proxy that breaks one rule. */
async function resultOf(check: ConformanceCheck, fault: Omit<Fault, 'ruleId'>) {
  let proxy: Awaited<ReturnType<typeof createFaultProxy>> | undefined;
  const unlimited = check.needs?.includes('slow-reader') ? { messagesPerWindow: 100_000 } : {};
  const short = check.needs?.includes('short-sessions') ? { sessionMaxMessages: 4 } : {};
  const harness = await createFastifyHarness({
    store: createMemoryStore(),
    limits: { ...unlimited, ...short, ...fault.limits },
    ...(fault !== noFault && { timeoutMs: 1_000 }),
    ...(fault.trustProxy === undefined ? {} : { trustProxy: 1 }),
    proxyUrl: async (url) => {
      proxy = await createFaultProxy(url, fault.hooks?.() ?? {});
      return proxy.url;
    },
  });
  try {
    for await (const result of runChecks([check], { ...harness, missingCapabilities: {} }))
      return result;
    throw new Error('No check was run.');
  } finally {
    await proxy?.close();
    await harness.close();
  }
}

function checkOf(rule: string): ConformanceCheck {
  const found = checks.find(({ id }) => id === rule);
  if (found === undefined) throw new Error(`There is no check ${rule}.`);
  return found;
}

describe('a backend with one injected fault', () => {
  it('exists for every rule', () => {
    const ruleIds = new Set(faults.map(({ ruleId }) => ruleId));
    expect([...ruleIds].sort()).toEqual(checks.map(({ id }) => id).sort());
  });

  it.concurrent.each(faults.map((fault) => [fault.ruleId, fault.behaviour, fault] as const))(
    '%s fails when the backend %s',
    async (rule, _does, fault) => {
      expect(await resultOf(checkOf(rule), fault)).toMatchObject({ outcome: 'failed' });
    },
  );
});

describe('the same backend without a fault', () => {
  // The proxy answers pings itself, and reads frames even when its client does not.
  const transparent = checks.filter(({ id }) => id !== 'WS-14' && id !== 'WS-15');

  it.concurrent.each(transparent.map((check) => [check.id, check] as const))(
    '%s passes',
    async (_id, check) => {
      expect(await resultOf(check, noFault)).toMatchObject({ outcome: 'passed' });
    },
  );
});
