import { RedisSentinel, RedisServer, servicesAvailable } from '@chat/test-support';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sharedStateSuite } from '../../testing/shared-state-suite.js';
import { openRedisSharedState, type RedisSharedState } from '../redis-shared-state.js';

// On a busy machine, sentinels pause for 30 seconds when their timers are late ("tilt").
const polling = { timeout: 100_000, interval: 100 };

describe.skipIf(!servicesAvailable('Redis'))('instances with three sentinels', () => {
  let master: RedisServer;
  let replica: RedisServer;
  const sentinels: RedisSentinel[] = [];
  const opened: RedisSharedState[] = [];
  const clients: Redis[] = [];
  beforeAll(async () => {
    master = await RedisServer.create();
    await master.start();
    replica = await RedisServer.create('--replicaof', '127.0.0.1', new URL(master.url).port);
    await replica.start();
    const ask = (url: string) => clients[clients.push(new Redis(url)) - 1]!;
    const client = ask(master.url);
    await vi.waitFor(async () => {
      expect(await client.info('replication')).toContain('state=online');
    }, polling);
    for (let index = 0; index < 3; index += 1) {
      const sentinel = await RedisSentinel.create(master.url, 2);
      sentinels.push(sentinel);
      await sentinel.start();
    }
    // They must know each other and the replica before they can fail over.
    for (const { address } of sentinels) {
      const client = ask(`redis://${address}`);
      await vi.waitFor(async () => {
        expect(await client.info('sentinel')).toContain('slaves=1,sentinels=3');
      }, polling);
    }
  }, 400_000);
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(opened.map((shared) => shared.close()));
    await Promise.all(sentinels.map((sentinel) => sentinel.remove()));
    await Promise.all([replica?.stop(), master?.stop()]);
  });

  const open = async (addresses: readonly string[], options = {}) => {
    const url = `redis+sentinel://${addresses.join(',')}/chat-master?db=1`;
    const shared = await openRedisSharedState({ url, ...options });
    opened.push(shared);
    return shared;
  };

  let deployments = 0;
  sharedStateSuite({
    name: 'of three of them',
    async open({ clock, maxQueuedTurns }) {
      deployments += 1;
      const options = { prefix: `suite-${deployments}:`, clock, limits: { maxQueuedTurns } };
      const addresses = sentinels.map(({ address }) => address);
      const instances = await Promise.all(
        Array.from({ length: 3 }, () => open(addresses, options)),
      );
      for (const shared of instances) await expect.poll(() => shared.isUp(), polling).toBe(true);
      return instances;
    },
  });

  it('share limits and events, and continue on the new master after a failover', async () => {
    const addresses = sentinels.map(({ address }) => address);
    // A sentinel that is down does no harm.
    const [one, two] = [await open(['127.0.0.1:1', ...addresses]), await open(addresses)];
    expect([one.isUp(), two.isUp()]).toEqual([true, true]);
    expect(await one.limiter.consume('k', 1, 600_000)).toEqual({ granted: true });
    expect(await two.limiter.consume('k', 1, 600_000)).toMatchObject({ granted: false });
    const received: string[] = [];
    two.fanOut.subscribe((_userId, event) => received.push(event.kind));
    await two.fanOut.remote?.subscribeUser('ada').ready;
    one.fanOut.publish('ada', { kind: 'frame', frame: 'before' });
    await expect.poll(() => received).toContain('frame');

    // Frozen, not stopped: its connections stay open.
    master.freeze();
    await expect.poll(() => one.isUp() || two.isUp(), polling).toBe(false);
    await expect.poll(() => one.isUp() && two.isUp(), polling).toBe(true);
    expect(await one.limiter.consume('new', 1, 600_000)).toEqual({ granted: true });
    expect(await two.limiter.consume('new', 1, 600_000)).toMatchObject({ granted: false });
    received.length = 0;
    await expect
      .poll(() => {
        one.fanOut.publish('ada', { kind: 'frame', frame: 'after' });
        return received;
      }, polling)
      .toContain('frame');
  }, 400_000);

  it('start when no sentinel responds, and use local counts', async () => {
    const shared = await open(['127.0.0.1:1', '127.0.0.1:2']);
    expect(shared.isUp()).toBe(false);
    expect(await shared.limiter.consume('k', 1, 60_000)).toEqual({ granted: true });
  });
});
