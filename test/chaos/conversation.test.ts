import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
import { coreBackend } from '../support/backends/core-backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { planOf } from './plan.js';
import { parameters, stormMessages, timeoutMs } from './settings.js';
import { type Storm, type StormOptions, storm } from './storm.js';
import { expectAllStored, expectNothingLostNothingTwice } from './verdict.js';

leaveNothingBehind();

/** Messages between two mishaps, on the average. */
const every = 20;

/** A plan that lasts as long as the messages do, each time it is made. */
async function weather(
  { messages, runs = 1 }: { messages: number; runs?: number },
  options: () => Promise<Omit<StormOptions, 'plan' | 'messages'>>,
  expectations: (storm: Storm) => void,
): Promise<void> {
  const property = fc.asyncProperty(planOf(Math.ceil(messages / every), every), async (plan) => {
    const result = await storm({ ...(await options()), plan, messages });
    expectNothingLostNothingTwice(result);
    expectations(result);
  });
  await fc.assert(property, parameters(runs));
}

test(
  'messages of three sockets through cuts, restarts and expiries: each stored and shown once, in one order',
  async () => {
    await weather(
      { messages: stormMessages },
      async () => ({ kind: referenceBackend() }),
      (result) => {
        expectAllStored(result);
        expect(result.toll.cuts).toBeGreaterThan(stormMessages / 50);
        expect(result.toll.restarts).toBeGreaterThan(stormMessages / 1000);
        expect(result.toll.expiries).toBeGreaterThan(stormMessages / 8000);
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
      ({ toll }) => expect(toll.cuts).toBeGreaterThan(messages / 50),
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
const lastsLonger = Math.max(600, stormMessages / 8);

test(
  'tokens that live for two seconds: every message is stored and shown once',
  async () => {
    await weather(
      { messages: lastsLonger },
      async () => ({ kind: referenceBackend(), tokenLifetimeSeconds: 2 }),
      expectAllStored,
    );
  },
  timeoutMs(1, lastsLonger),
);
