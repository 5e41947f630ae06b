import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore, openSqliteStore } from '@chat/server';
import { expect, test } from 'vitest';
import { Program } from '../../scripts/program.mjs';
import { describeCluster } from '../cluster/describe-cluster.js';
import { seededRandom } from '../support/random.js';
import { Load, withoutAllowance } from './load.js';

// The thirty that are promised are a step of their own in .ci/run, with `CHAT_KILLS=30`.
const kills = Number(process.env.CHAT_KILLS ?? 6);
const seed = Number(process.env.CHAT_SEED ?? Date.now() % 1_000_000);
/** Long enough for several turns, short enough to hit each of their steps. */
const longestMs = 250;

/** Has an instance killed at a moment that `random` chooses, while it is talked to. */
async function talkUntilKilled(load: Load, instance: Program, random: () => number) {
  const before = load.acknowledged.length;
  const talking = load.talk(instance.url);
  await expect.poll(() => load.acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(before);
  await delay(random() * longestMs);
  await instance.end();
  await talking;
}

test(`a server on SQLite that is killed ${kills} times loses nothing (CHAT_SEED=${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'chat-killed-'));
  const data = join(folder, 'chat.db');
  const environment = {
    CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
    ...withoutAllowance,
  };
  const load = new Load();
  const { credentials: users } = load;
  const server = new Program({ data, users, environment, patienceMs: 60_000 });
  try {
    await server.start();
    await load.logIn(server.url);
    for (let kill = 0; kill < kills; kill += 1) {
      await talkUntilKilled(load, server, random);
      await server.start();
      await load.completeInterrupted(server.url);
    }
    expect(load.cut).toBeGreaterThan(0);
    await load.expectKept(server.url);
    await server.end();
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
}, 300_000);

const loads = ['a', 'b', 'c'].map((group) => new Load(['1', '2', '3'].map((n) => group + n)));
const users = loads.flatMap((load) => load.credentials);

describeCluster(
  'three instances on PostgreSQL',
  { users, environment: withoutAllowance },
  (cluster) => {
    test(`that are killed ${kills} times, often two at once, lose nothing (CHAT_SEED=${seed})`, async () => {
      const { instances, postgres, url } = cluster();
      await Promise.all(
        loads.map(async (load, at) => {
          const random = seededRandom(seed + at);
          const instance = instances[at]!;
          await load.logIn(url);
          for (let kill = at; kill < kills; kill += instances.length) {
            await talkUntilKilled(load, instance, random);
            const restarting = instance.start();
            // Whichever of the others lives finishes what this one began.
            await load.completeInterrupted(url);
            await restarting;
          }
          expect(load.cut).toBeGreaterThan(0);
          await load.expectKept(url);
        }),
      );
      const store = await openPostgresStore({ url: postgres.url });
      expect(await store.check()).toEqual([]);
      await store.close();
    }, 300_000);
  },
);
