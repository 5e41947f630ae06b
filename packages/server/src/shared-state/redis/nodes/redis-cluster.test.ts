import type { RedisCluster } from '@chat/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { describeRedis, describeRedisCluster } from '../../testing/describe-redis.js';
import { sharedStateSuite } from '../../testing/shared-state-suite.js';
import { openRedisSharedState, type RedisSharedState } from '../redis-shared-state.js';
import { keySlot, slotCount } from './key-slot.js';

const polling = { timeout: 60_000, interval: 100 };
const opened: RedisSharedState[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shared) => shared.close()));
});

/** A user on the master with this index. */
function userOn(master: number): string {
  for (let number = 0; ; number += 1) {
    const name = `user-${number}`;
    // Of equal thirds, apart from single slots at their ends.
    if (Math.floor((keySlot(`{${name}}`) * 3) / slotCount) === master) return name;
  }
}

it.each([
  ['123456789', 0x31c3 % slotCount],
  ['{123456789}.user', 0x31c3 % slotCount],
  ['chat:user:{123456789}', 0x31c3 % slotCount],
  ['{}123456789', keySlot('{}123456789')],
])('finds the slot of the key %s', (key, slot) => {
  expect(keySlot(key)).toBe(slot);
});

describeRedis('a URL of a Redis Cluster', (server) => {
  it('is rejected at the start for a Redis that is not part of one', async () => {
    const url = server().url.replace('redis:', 'redis+cluster:');
    await expect(openRedisSharedState({ url })).rejects.toThrow('use redis:// instead of');
  });
});

describeRedisCluster('over Redis Cluster', (cluster) => {
  let deployments = 0;
  const open = async (prefix: string, options = {}) => {
    const shared = await openRedisSharedState({ url: cluster().url, prefix, ...options });
    opened.push(shared);
    return shared;
  };
  const openAvailable = async (prefix: string, options = {}) => {
    const shared = await open(prefix, options);
    await expect.poll(() => shared.isUp(), polling).toBe(true);
    return shared;
  };

  sharedStateSuite({
    name: 'of three instances',
    open({ clock, maxQueuedTurns }) {
      deployments += 1;
      const options = { clock, limits: { maxQueuedTurns } };
      const prefix = `suite-${deployments}:`;
      return Promise.all(Array.from({ length: 3 }, () => openAvailable(prefix, options)));
    },
  });

  it('starts when only one of the servers in its URL responds', async () => {
    const [server] = cluster().masters;
    const url = `redis+cluster://127.0.0.1:1,127.0.0.1:${server!.port}`;
    await openAvailable('chat:', { url });
  });

  it('uses local counts while no server can be reached', async () => {
    const shared = await open('chat:', { url: 'redis+cluster://127.0.0.1:1' });
    expect(shared.isUp()).toBe(false);
    expect(await shared.limiter.consume('k', 1, 60_000)).toEqual({ granted: true });
    expect(await shared.limiter.consume('k', 1, 60_000)).toMatchObject({ granted: false });
  });

  // The last test: it changes which server is the master.
  describe('when a master does not respond', () => {
    it('is less strict for its users only, and shared again on its replica', async () => {
      const [one, two] = [await openAvailable('chat:'), await openAvailable('chat:')];
      const [lost, other] = [userOn(0), userOn(1)];
      const grants = (shared: RedisSharedState, key: string) =>
        shared.limiter.consume(`chat:${key}`, 1, 600_000).then(({ granted }) => granted);
      expect(await one.leases.acquire(lost, 's1', 1)).toBe(true);
      expect(await grants(one, other)).toBe(true);

      const [master] = cluster().masters as RedisCluster['masters'];
      master!.freeze();
      try {
        await expect.poll(() => one.isUp() || two.isUp(), polling).toBe(false);
        // The users of the other servers have one count.
        expect(await grants(two, other)).toBe(false);
        expect(await one.turns.run(lost, async () => 'done')).toBe('done');
        await expect.poll(() => one.isUp() && two.isUp(), polling).toBe(true);
        // The socket from before the failure counts on the replica.
        await expect.poll(() => two.leases.acquire(lost, 's2', 1), polling).toBe(false);
        expect(await grants(one, lost)).toBe(true);
        expect(await grants(two, lost)).toBe(false);
      } finally {
        master!.thaw();
      }
      const received: string[] = [];
      two.fanOut.subscribe((_userId, event) => received.push(event.kind));
      await two.fanOut.remote?.subscribeUser(lost).ready;
      await expect
        .poll(() => {
          one.fanOut.publish(lost, { kind: 'frame', frame: 'after' });
          return received;
        }, polling)
        .toContain('frame');
    }, 180_000);
  });
});
