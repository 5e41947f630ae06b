import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore, openSqliteStore } from '@chat/server';
import { ServerProcess } from '@chat/test-support';
import { expect, test } from 'vitest';
import { describeCluster } from '../cluster/describe-cluster.js';
import { seededRandom } from '../support/seeded-random.js';
import { LoadClient, withoutRateLimits } from './load-client.js';

// .ci/run has a separate step with the thirty kills that the documentation promises: `CHAT_KILLS=30`.
const kills = Number(process.env.CHAT_KILLS ?? 6);
const seed = Number(process.env.CHAT_SEED ?? Date.now() % 1_000_000);
/** Long enough for several turns, short enough to hit each of their steps. */
const maxDelayMs = 250;

/** Kills an instance at a random moment while it receives messages. */
async function sendUntilKilled(load: LoadClient, instance: ServerProcess, random: () => number) {
  const before = load.acknowledged.length;
  const sending = load.sendMessages(instance.url);
  await expect.poll(() => load.acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(before);
  await delay(random() * maxDelayMs);
  await instance.kill();
  await sending;
}

test(`a server on SQLite that is killed ${kills} times loses nothing (CHAT_SEED=${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'chat-killed-'));
  const data = join(folder, 'chat.db');
  const environment = {
    CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
    ...withoutRateLimits,
  };
  const load = new LoadClient();
  const { credentials: users } = load;
  const server = new ServerProcess({ data, users, environment, timeoutMs: 60_000 });
  try {
    await server.start();
    await load.logIn(server.url);
    for (let kill = 0; kill < kills; kill += 1) {
      await sendUntilKilled(load, server, random);
      await server.start();
      await load.resendUnanswered(server.url);
    }
    expect(load.lostResponses).not.toEqual([]);
    await load.expectStored(server.url);
    await server.kill();
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true });
  }
}, 300_000);

const loads = ['a', 'b', 'c'].map((group) => new LoadClient(['1', '2', '3'].map((n) => group + n)));
const users = loads.flatMap((load) => load.credentials);

describeCluster(
  'three instances on PostgreSQL',
  { users, environment: withoutRateLimits },
  (cluster) => {
    test(`that are killed ${kills} times, often two at once, lose nothing (CHAT_SEED=${seed})`, async () => {
      const { instances, postgres, url } = cluster();
      // Before and after the kills: the load balancer responds with an error while an instance is killed.
      for (const load of loads) await load.logIn(url);
      await Promise.all(
        loads.map(async (load, at) => {
          const random = seededRandom(seed + at);
          const instance = instances[at]!;
          for (let kill = at; kill < kills; kill += instances.length) {
            await sendUntilKilled(load, instance, random);
            const restarting = instance.start();
            // Another running instance finishes what this one started.
            await load.resendUnanswered(url);
            await restarting;
          }
          expect(load.lostResponses).not.toEqual([]);
        }),
      );
      for (const load of loads) await load.expectStored(url);
      const store = await openPostgresStore({ url: postgres.url });
      expect(await store.check()).toEqual([]);
      await store.close();
    }, 300_000);
  },
);
