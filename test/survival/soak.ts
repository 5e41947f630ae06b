import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { inspectable } from '../../scripts/lib/inspector.mjs';
import type { Cluster, Instance } from '../cluster/describe-cluster.js';
import { call, SocketListener } from '../cluster/http-calls.js';
import { psql } from '../support/psql.js';
import { collectGarbage } from './collect-garbage.js';
import type { LoadClient } from './load-client.js';

const polling = { timeout: 30_000, interval: 50 };
/** An hour of the instances' day passes in nine seconds. */
const rate = 400;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const tokenLifetimeMs = 10 * minuteMs;
const keyLifetimeMs = 20 * minuteMs;
/** Heap growth from the JavaScript engine itself: compiled code and reused tables. */
const heapMargin = 1_000_000;
/** Connections to PostgreSQL are opened on demand and stay open: ten at most. */
const connectionsMargin = 10;
/** Until the engine has compiled the used code and tokens have expired once: the heap is stable then. */
const warmUpRounds = 20;
/** Enough for a leak in each round to exceed the margin. */
const roundsPerStage = 20;
const maxStages = 3;

const clock = fileURLToPath(new URL('./fast-clock.mjs', import.meta.url));

const environment = (since: number) => ({
  NODE_OPTIONS: `${inspectable.NODE_OPTIONS} --import=${pathToFileURL(clock).href}`,
  FAST_CLOCK_RATE: String(rate),
  FAST_CLOCK_SINCE: String(since),
  CHAT_TOKEN_LIFETIME_MS: String(tokenLifetimeMs),
  CHAT_SESSION_IDLE_MS: String(2 * minuteMs),
  CHAT_IDEMPOTENCY_LIFETIME_MS: String(keyLifetimeMs),
  // In real time, like all timers: a rate-limit minute lasts one second.
  CHAT_LIMIT_WINDOW_MS: '1000',
  CHAT_PING_MS: '200',
  CHAT_HEARTBEAT_MS: '100',
});

async function readMetrics(url: string) {
  const { body } = await call(url, '/metrics');
  const read = (name: string) =>
    Number(new RegExp(`^${name}(?:\\{\\})? (\\S+)`, 'm').exec(body)?.[1]);
  return {
    heap: read('nodejs_heap_size_used_bytes'),
    outside: read('nodejs_external_memory_bytes'),
    descriptors: read('process_open_fds'),
    handles: read('nodejs_active_handles_total'),
    sockets: read('chat_sockets'),
    waiting: read('chat_turns_waiting') + read('chat_turns_in_progress'),
  };
}

type Metrics = Awaited<ReturnType<typeof readMetrics>>;

const metricsAfterCollection = (instances: readonly Instance[]) =>
  Promise.all(
    instances.map(async (instance) => {
      await collectGarbage(instance);
      return readMetrics(instance.url);
    }),
  );

const difference = (after: Metrics, before: Metrics) => ({
  heap: after.heap - before.heap,
  outside: after.outside - before.outside,
  descriptors: after.descriptors - before.descriptors,
  handles: after.handles - before.handles,
});

const isStable = ({ heap, outside }: { heap: number; outside: number }) =>
  heap < heapMargin && outside < heapMargin;

/** One hour of use, on a fast clock. */
export function soak(cluster: () => Cluster, load: LoadClient): void {
  test('use no more memory, handles, descriptors, sockets or queues after an hour', async () => {
    const { addInstance, postgres } = cluster();
    const since = Date.now();
    const now = () => since + (Date.now() - since) * rate;
    const instances = [1, 2].map(() => addInstance(environment(since)));
    await Promise.all(instances.map((instance) => instance.start()));
    const started = now();
    const urls = instances.map((instance) => instance.url);

    const runRound = async (count: number): Promise<void> => {
      await load.refreshLogins(urls[0]!);
      const sockets = load.users.flatMap((user) =>
        [...urls, ...urls].map((instance) => new SocketListener(instance, load.tokenOf(user))),
      );
      await Promise.all(sockets.map((socket) => socket.untilDecided()));
      const stop = new AbortController();
      const sending = urls.map((instance) => load.sendMessages(instance, stop.signal));
      const before = load.acknowledged.length;
      await expect.poll(() => load.acknowledged.length, polling).toBeGreaterThan(before + 24);
      stop.abort();
      await Promise.all(sending);
      // Some sockets close, some are terminated, and one user logs out.
      for (const [at, { socket }] of sockets.entries()) {
        if (at % 2 === 0) socket.terminate();
        else socket.close();
      }
      const user = load.users[count % load.users.length]!;
      await call(urls[1]!, '/api/v1/logout', { method: 'POST', token: load.tokenOf(user) });
      for (const instance of urls) {
        await expect
          .poll(() => readMetrics(instance), polling)
          .toMatchObject({ sockets: 0, waiting: 0 });
      }
    };

    for (let n = 0; n < warmUpRounds; n += 1) await runRound(n);
    let before = await metricsAfterCollection(instances);
    const logIns = load.loginCount;
    const end = started + hourMs + keyLifetimeMs;
    let rounds = warmUpRounds;
    const growth = async () => {
      const target = rounds + roundsPerStage;
      for (; rounds < target || now() < end; rounds += 1) await runRound(rounds);
      const after = await metricsAfterCollection(instances);
      const differences = after.map((metrics, at) => difference(metrics, before[at]!));
      before = after;
      for (const { descriptors, handles } of differences) {
        expect(descriptors).toBeLessThanOrEqual(connectionsMargin);
        expect(handles).toBeLessThanOrEqual(connectionsMargin);
      }
      return differences;
    };
    let grown = await growth();
    // On a busy machine the engine compiles code late. A leak grows in each stage.
    for (let stage = 1; stage < maxStages && !grown.every(isStable); stage += 1) {
      grown = await growth();
    }
    for (const { heap, outside } of grown) {
      expect(heap).toBeLessThan(heapMargin);
      expect(outside).toBeLessThan(heapMargin);
    }
    expect(load.lostResponses).toEqual([]);
    expect(load.errorStatuses).toEqual([]);
    // An hour has passed: tokens expired, and old records were purged.
    expect(load.loginCount).toBeGreaterThan(logIns + load.users.length);
    const oldest = async (column: string, table: string) =>
      Number(await psql(postgres.url, `SELECT coalesce(min(${column}), 'infinity') FROM ${table}`));
    expect(await oldest('created_at::float8', 'turns')).toBeGreaterThan(
      since + hourMs - keyLifetimeMs,
    );
    expect(await oldest('expires_at::float8', 'revocations')).toBeGreaterThanOrEqual(
      since + hourMs,
    );
    await Promise.all(instances.map((instance) => instance.stop()));
  }, 600_000);
}
