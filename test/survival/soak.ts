import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { call, Listener } from '../cluster/caller.js';
import type { Cluster, Instance } from '../cluster/describe-cluster.js';
import { psql } from '../support/psql.js';
import { collectable, collectGarbage } from './collect-garbage.js';
import type { Load } from './load.js';

const patient = { timeout: 30_000, interval: 50 };
/** An hour of the instances' day passes in nine seconds. */
const rate = 400;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const tokenLifetimeMs = 10 * minuteMs;
const keyLifetimeMs = 20 * minuteMs;
/** What may differ for reasons of the engine's own: code it compiled, and tables it will use again. */
const heapMargin = 1_000_000;
/** Lines to PostgreSQL are opened when they are needed and kept: ten at most. */
const linesMargin = 10;
/** Until the engine has compiled what is used, and tokens have run out for the first time: it levels off there. */
const warmUp = 20;
/** So many that what each leaves behind would be more than that margin. */
const fewestWaves = 40;

const clock = fileURLToPath(new URL('./fast-clock.mjs', import.meta.url));

const environment = (since: number) => ({
  ...collectable,
  NODE_OPTIONS: `${collectable.NODE_OPTIONS} --import=${encodeURI(`file://${clock}`)}`,
  FAST_CLOCK_RATE: String(rate),
  FAST_CLOCK_SINCE: String(since),
  CHAT_TOKEN_LIFETIME_MS: String(tokenLifetimeMs),
  CHAT_SESSION_IDLE_MS: String(2 * minuteMs),
  CHAT_IDEMPOTENCY_LIFETIME_MS: String(keyLifetimeMs),
  // Of the machine's own time, as all that waits: a minute of it is over after a second.
  CHAT_LIMIT_WINDOW_MS: '1000',
  CHAT_PING_MS: '200',
  CHAT_HEARTBEAT_MS: '100',
});

async function figures(url: string) {
  const { body } = await call(url, '/metrics');
  const read = (name: string) =>
    Number(new RegExp(`^${name}(?:\\{\\})? (\\S+)`, 'm').exec(body)?.[1]);
  return {
    heap: read('nodejs_heap_size_used_bytes'),
    outside: read('nodejs_external_memory_bytes'),
    descriptors: read('process_open_fds'),
    handles: read('nodejs_active_handles_total'),
    sockets: read('chat_sockets'),
    waiting: read('chat_turns_waiting') + read('chat_turns_under_way'),
  };
}

const settled = (instances: readonly Instance[]) =>
  Promise.all(
    instances.map(async (instance) => {
      await collectGarbage(instance);
      return figures(instance.url);
    }),
  );

/** An hour's use in fast motion. */
export function soak(cluster: () => Cluster, load: Load): void {
  test('used for an hour end where they began: memory, handles, descriptors, sockets, queues', async () => {
    const { addInstance, postgres } = cluster();
    const since = Date.now();
    const now = () => since + (Date.now() - since) * rate;
    const instances = [1, 2].map(() => addInstance(environment(since)));
    await Promise.all(instances.map((instance) => instance.start()));
    const begun = now();
    const urls = instances.map((instance) => instance.url);

    const wave = async (count: number): Promise<void> => {
      await load.stayLoggedIn(urls[0]!);
      const sockets = load.users.flatMap((user) =>
        [...urls, ...urls].map((instance) => new Listener(instance, load.tokenOf(user))),
      );
      await Promise.all(sockets.map((socket) => socket.decided()));
      const talk = new AbortController();
      const talking = urls.map((instance) => load.talk(instance, talk.signal));
      const before = load.acknowledged.length;
      await expect.poll(() => load.acknowledged.length, patient).toBeGreaterThan(before + 24);
      talk.abort();
      await Promise.all(talking);
      // Some leave in good order, some just go, and one of the users ends the session.
      for (const [at, { socket }] of sockets.entries()) {
        if (at % 2 === 0) socket.terminate();
        else socket.close();
      }
      const leaving = load.users[count % load.users.length]!;
      await call(urls[1]!, '/api/v1/logout', { method: 'POST', token: load.tokenOf(leaving) });
      for (const instance of urls) {
        await expect
          .poll(() => figures(instance), patient)
          .toMatchObject({ sockets: 0, waiting: 0 });
      }
    };

    for (let n = 0; n < warmUp; n += 1) await wave(n);
    const before = await settled(instances);
    const logIns = load.logIns;
    const end = begun + hourMs + keyLifetimeMs;
    for (let n = warmUp; n < fewestWaves || now() < end; n += 1) await wave(n);
    const after = await settled(instances);
    for (const [at, { heap, outside, descriptors, handles }] of before.entries()) {
      expect(after[at]?.descriptors).toBeLessThanOrEqual(descriptors + linesMargin);
      expect(after[at]?.handles).toBeLessThanOrEqual(handles + linesMargin);
      expect(after[at]?.heap).toBeLessThan(heap + heapMargin);
      expect(after[at]?.outside).toBeLessThan(outside + heapMargin);
    }
    expect(load.cut).toBe(0);
    expect(load.refusals).toEqual([]);
    // It was an hour: tokens ran out, and what is kept for a while only was forgotten.
    expect(load.logIns).toBeGreaterThan(logIns + load.users.length);
    const oldest = async (column: string, table: string) =>
      Number(await psql(postgres.url, `SELECT coalesce(min(${column}), 'infinity') FROM ${table}`));
    expect(await oldest('created_at::float8', 'turns')).toBeGreaterThan(
      since + hourMs - keyLifetimeMs,
    );
    expect(await oldest('expires_at::float8', 'revocations')).toBeGreaterThanOrEqual(
      since + hourMs,
    );
    await Promise.all(instances.map((instance) => instance.stop()));
  }, 180_000);
}
