import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
import { coreBackend } from '../support/backends/core-backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { planOf } from './plan.js';
import { parameters, timeoutMs } from './settings.js';
import { storm } from './storm.js';
import { expectAllStored, expectNothingLostNothingTwice } from './verdict.js';

test(
  '10,000 messages through hundreds of cuts are each stored and shown once, in one order',
  async () => {
    await fc.assert(
      fc.asyncProperty(planOf(450, 11), async (plan) => {
        const result = await storm({
          kind: referenceBackend(),
          plan,
          messages: 10_000,
        });
        expectNothingLostNothingTwice(result);
        expectAllStored(result);
        expect(result.stored.length).toBeGreaterThanOrEqual(20_000);
        expect(result.toll.cuts).toBeGreaterThan(200);
        expect(result.toll.restarts).toBeGreaterThan(10);
        expect(result.toll.expiries).toBeGreaterThan(5);
      }),
      parameters(1),
    );
  },
  timeoutMs(1, 10_000),
);

test(
  'the core-only backend: 10,000 messages, nothing twice, and unknown is called unknown',
  async () => {
    await fc.assert(
      fc.asyncProperty(planOf(450, 11), async (plan) => {
        const result = await storm({ kind: coreBackend(), plan, messages: 10_000 });
        expectNothingLostNothingTwice(result);
        expect(result.toll.cuts).toBeGreaterThan(200);
      }),
      parameters(1),
    );
  },
  timeoutMs(1, 10_000),
);

test(
  'a SQLite file: 1,200 messages are each stored and shown once, in one order',
  async () => {
    await fc.assert(
      fc.asyncProperty(planOf(60, 10), async (plan) => {
        const folder = await mkdtemp(join(tmpdir(), 'chat-chaos-'));
        const kind = referenceBackend('SQLite', () =>
          openSqliteStore({ path: join(folder, 'chat.db') }),
        );
        try {
          const result = await storm({ kind, plan, messages: 1_200 });
          expectNothingLostNothingTwice(result);
          expectAllStored(result);
        } finally {
          await rm(folder, { recursive: true });
        }
      }),
      parameters(1),
    );
  },
  timeoutMs(1, 1_200),
);

test(
  'tokens that live for two seconds: every message is stored and shown once',
  async () => {
    await fc.assert(
      fc.asyncProperty(planOf(40, 10), async (plan) => {
        const quick = { plan, messages: 600, tokenLifetimeSeconds: 2 };
        const result = await storm({ kind: referenceBackend(), ...quick });
        expectNothingLostNothingTwice(result);
        expectAllStored(result);
      }),
      parameters(3),
    );
  },
  timeoutMs(3, 600),
);
