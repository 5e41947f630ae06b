import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore, openSqliteStore } from '@chat/server';
import { expect, test } from 'vitest';
import { Program } from '../../scripts/program.mjs';
import { describeCluster } from '../cluster/describe-cluster.js';
import { seededRandom } from '../support/random.js';
import { credentials, Load, withoutAllowance } from './load.js';

// Thirty are asked for and take minutes: `CHAT_KILLS=30` before a release.
const kills = Number(process.env.CHAT_KILLS ?? 6);
const seed = Number(process.env.CHAT_SEED ?? Date.now() % 1_000_000);
/** Long enough for several turns, short enough to hit each of their steps. */
const longestMs = 250;

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
  const server = new Program({ data, users: credentials, environment, patienceMs: 60_000 });
  const load = new Load();
  try {
    await server.start();
    await load.logIn(server.url);
    for (let kill = 0; kill < kills; kill += 1) {
      await talkUntilKilled(load, server, random);
      await server.start();
      await load.repeatInterrupted(server.url);
    }
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

const options = { users: credentials, environment: withoutAllowance };

describeCluster('three instances on PostgreSQL', options, (cluster) => {
  test(`of which one is killed ${kills} times lose nothing (CHAT_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const { instances, postgres } = cluster();
    const load = new Load();
    await load.logIn(cluster().url);
    let restarting = Promise.resolve();
    for (let kill = 0; kill < kills; kill += 1) {
      await restarting;
      const victim = instances[kill % 3]!;
      await talkUntilKilled(load, victim, random);
      // The others finish what it began, while it starts.
      await load.repeatInterrupted(instances[(kill + 1) % 3]!.url);
      restarting = victim.start();
    }
    await restarting;
    await load.expectKept(cluster().url);
    const store = await openPostgresStore({ url: postgres.url });
    expect(await store.check()).toEqual([]);
    await store.close();
  }, 300_000);
});
