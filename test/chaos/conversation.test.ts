import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
import type { Backend } from '../support/backends/backend.js';
import { coreBackend } from '../support/backends/core-backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { type Plan, planOf, withoutExpiries } from './plan.js';
import { parameters, stormMessages, timeoutMs } from './settings.js';
import { type Storm, type StormOptions, storm } from './storm.js';
import { expectAllStored, expectNothingLostNothingTwice, expectTurns } from './verdict.js';
import { type Place, runPlan, type Toll } from './weather.js';

leaveNothingBehind();

/** Messages between two mishaps, on the average. */
const every = 20;

/** Plans that last as long as so many messages do. */
const plansFor = (messages: number) => planOf(Math.ceil(messages / every), every);

interface Weather {
  readonly messages: number;
  readonly plans?: fc.Arbitrary<Plan>;
  /** How much faster than the machine's the time of all goes, in milliseconds a mishap. */
  readonly hasteMs?: number;
}

/** The storm of each plan. */
async function weather(
  { messages, plans = plansFor(messages), hasteMs }: Weather,
  options: () => Promise<Pick<StormOptions<Backend, Toll>, 'kind' | 'tokenLifetimeSeconds'>>,
  expectations: (storm: Storm<Toll>) => void,
): Promise<void> {
  const property = fc.asyncProperty(plans, async (plan) => {
    const trouble = (place: Place) => runPlan(plan, place, hasteMs);
    const result = await storm({ ...(await options()), seed: plan.seed, messages, trouble });
    expectNothingLostNothingTwice(result);
    expectTurns(result);
    expectations(result);
  });
  await fc.assert(property, parameters(1));
}

test(
  'messages of three sockets through cuts, restarts and expiries: each stored and shown once, in one order',
  async () => {
    await weather(
      { messages: stormMessages },
      async () => ({ kind: referenceBackend() }),
      (result) => {
        expectAllStored(result);
        const { cuts, restarts, expiries } = result.toll;
        expect(cuts).toBeGreaterThan(stormMessages / 40);
        expect(restarts).toBeGreaterThan(stormMessages / 400);
        expect(expiries).toBeGreaterThan(stormMessages / 1500);
        // Three sockets each time; a line that stands still may swallow the word.
        expect(timesExpired(result)).toBeGreaterThanOrEqual(expiries);
        expect(result.logins).toBeGreaterThan(expiries);
      },
    );
  },
  timeoutMs(1, stormMessages),
);

test.each([
  { refuses: 'close', messages: stormMessages },
  { refuses: 'http', messages: Math.max(300, stormMessages / 4) },
] as const)(
  'the core-only backend, refusing sockets by $refuses: nothing twice, and unknown is called unknown',
  async ({ refuses, messages }) => {
    await weather(
      { messages },
      async () => ({ kind: coreBackend(refuses) }),
      ({ toll }) => expect(toll.cuts).toBeGreaterThan(messages / 40),
    );
  },
  timeoutMs(1, stormMessages),
);

test(
  'a SQLite file: each message is stored and shown once, in one order',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chat-chaos-'));
    let file = 0;
    try {
      await weather(
        { messages: stormMessages / 8 },
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
  timeoutMs(1, stormMessages / 8),
);

/** Long enough that tokens run out. */
const lastsLonger = 1200;

test(
  'tokens that live for two seconds run out by themselves: every message is stored and shown once',
  async () => {
    await weather(
      { messages: lastsLonger, plans: plansFor(lastsLonger).map(withoutExpiries), hasteMs: 150 },
      async () => ({ kind: referenceBackend(), tokenLifetimeSeconds: 2 }),
      (result) => {
        expectAllStored(result);
        expect(result.toll.expiries).toBe(0);
        // Beyond the first of each device; and not only because the clients foresaw it.
        expect(result.logins).toBeGreaterThan(2 + lastsLonger / 600);
        expect(timesExpired(result)).toBeGreaterThan(0);
      },
    );
  },
  timeoutMs(1, lastsLonger),
);

/** How often a backend ended an open socket because its token had run out. */
function timesExpired({ speakers }: Storm): number {
  return speakers.reduce((sum, { expired }) => sum + expired, 0);
}
