import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../packages/server/src/stores/sqlite/sqlite-store.js';
import type { Backend } from '../support/backends/backend.js';
import { coreBackend } from '../support/backends/core-backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { expectNoLeaks } from '../support/leaks.js';
import { expectAllStored, expectExactlyOnce, expectTurns } from './assertions.js';
import { type ChaosOptions, type ChaosResult, runChaos } from './chaos-run.js';
import { type Environment, type FaultCounts, runPlan } from './fault-injector.js';
import { type Plan, planOf, withoutExpiries } from './fault-plan.js';
import { chaosMessages, parameters, timeoutMs } from './settings.js';

expectNoLeaks();

/** Average number of messages between two faults. */
const messagesPerFault = 20;

/** Plans with enough faults for this number of messages. */
const plansFor = (messages: number) =>
  planOf(Math.ceil(messages / messagesPerFault), messagesPerFault);

/** At least one connection is cut for this number of messages. A cut without a connection, as on a busy machine, does not count. */
const minCutGap = 100;

interface ChaosTest {
  readonly messages: number;
  readonly plans?: fc.Arbitrary<Plan>;
  /** How far all clocks advance with each fault, in addition to real time; in milliseconds. */
  readonly timeSkipMs?: number;
}

/** Checks one run for each plan. */
async function runChaosTest(
  { messages, plans = plansFor(messages), timeSkipMs }: ChaosTest,
  options: () => Promise<Pick<ChaosOptions<Backend, FaultCounts>, 'kind' | 'tokenLifetimeSeconds'>>,
  expectations: (result: ChaosResult<FaultCounts>) => void,
): Promise<void> {
  const property = fc.asyncProperty(plans, async (plan) => {
    const injectFaults = (environment: Environment) => runPlan(plan, environment, timeSkipMs);
    const result = await runChaos({
      ...(await options()),
      seed: plan.seed,
      messages,
      injectFaults,
    });
    expectExactlyOnce(result);
    expectTurns(result);
    expectations(result);
  });
  await fc.assert(property, parameters(1));
}

test(
  'stores and delivers each message once and in order through cuts, restarts and expiries',
  async () => {
    await runChaosTest(
      { messages: chaosMessages },
      async () => ({ kind: referenceBackend() }),
      (result) => {
        expectAllStored(result);
        const { cuts, restarts, expiries } = result.counts;
        expect(cuts).toBeGreaterThan(chaosMessages / minCutGap);
        expect(restarts).toBeGreaterThan(chaosMessages / 400);
        expect(expiries).toBeGreaterThan(chaosMessages / 1500);
        // Three sockets each time, but a stalled connection may not deliver the close code.
        expect(countTokenExpiredCloses(result)).toBeGreaterThanOrEqual(expiries);
        expect(result.logins).toBeGreaterThan(expiries);
      },
    );
  },
  timeoutMs(1, chaosMessages),
);

test.each([
  { rejects: 'close', messages: chaosMessages },
  { rejects: 'http', messages: Math.max(300, chaosMessages / 4) },
] as const)(
  'reports unknown outcomes and delivers nothing twice on the core-only backend that rejects sockets by $rejects',
  async ({ rejects, messages }) => {
    await runChaosTest(
      { messages },
      async () => ({ kind: coreBackend(rejects) }),
      ({ counts }) => expect(counts.cuts).toBeGreaterThan(messages / minCutGap),
    );
  },
  timeoutMs(1, chaosMessages),
);

test(
  'stores and delivers each message once and in order with SQLite',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chat-chaos-'));
    let file = 0;
    try {
      await runChaosTest(
        { messages: chaosMessages / 8 },
        async () => ({
          kind: referenceBackend('SQLite', () => {
            file += 1;
            return openSqliteStore({ path: join(folder, `${file}.db`) });
          }),
        }),
        expectAllStored,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  timeoutMs(1, chaosMessages / 8),
);

/** Enough messages for tokens to expire. */
const expiryMessages = 1200;

test(
  'stores and delivers each message once with tokens that expire after six seconds',
  async () => {
    await runChaosTest(
      {
        messages: expiryMessages,
        plans: plansFor(expiryMessages).map(withoutExpiries),
        timeSkipMs: 600,
      },
      // A busy machine may need seconds for a login and a connection.
      async () => ({ kind: referenceBackend(), tokenLifetimeSeconds: 6 }),
      (result) => {
        expectAllStored(result);
        expect(result.counts.expiries).toBe(0);
        // More than one login per device, and not only because the clients refreshed tokens before they expired.
        expect(result.logins).toBeGreaterThan(2);
        expect(countTokenExpiredCloses(result)).toBeGreaterThan(0);
      },
    );
  },
  timeoutMs(1, expiryMessages),
);

/** How often the backend closed an open socket because its token had expired. */
function countTokenExpiredCloses({ clients }: ChaosResult): number {
  return clients.reduce((sum, { tokenExpiredCloses }) => sum + tokenExpiredCloses, 0);
}
