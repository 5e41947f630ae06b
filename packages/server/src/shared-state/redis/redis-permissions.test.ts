import { RedisServer } from '@chat/test-support';
import { expect, it } from 'vitest';
import { describeRedis } from '../testing/describe-redis.js';
import { RedisAuthError } from './connection/redis-auth-error.js';
import { openRedisSharedState } from './redis-shared-state.js';

async function withUser(rules: string, work: (url: string) => Promise<void>): Promise<void> {
  const server = await RedisServer.create('--user', 'chat', 'on', '>s3cret', ...rules.split(' '));
  await server.start();
  try {
    await work(server.url.replace('//', '//chat:s3cret@'));
  } finally {
    await server.stop();
  }
}

describeRedis('a Redis user', (server) => {
  it('with the documented permissions is enough', () =>
    withUser('~chat:* &chat:* +@all -@dangerous +info', async (url) => {
      const shared = await openRedisSharedState({ url });
      expect(shared.isUp()).toBe(true);
      expect(await shared.turns.run('ada', async () => 'done')).toBe('done');
      await shared.close();
    }));

  it.each([
    ['channels', '~* +@all resetchannels'],
    ['the channels of this prefix', '~* &other:* +@all'],
    ['keys', 'resetkeys &* +@all'],
    ['the keys of this prefix', '~other:* &* +@all'],
    ['scripts', '~* &* +@all -@scripting'],
    ['a command inside a script', '~* &* +@all -time'],
    ['subscriptions', '~* &* +@all -subscribe'],
  ])('without permission for %s is rejected at the start', (_what, rules) =>
    withUser(rules, async (url) => {
      const opening = openRedisSharedState({ url });
      await expect(opening).rejects.toThrow(
        'The Redis user lacks permissions. It needs at least "~chat:* &chat:* +@all -@dangerous +info"',
      );
      await expect(opening).rejects.toThrow(RedisAuthError);
      await expect(opening).rejects.not.toThrow('s3cret');
    }),
  );

  it.each([
    ['EVAL', '-eval'],
    ['EVALSHA', '-evalsha'],
  ])('without the command %s is rejected at the start, with its name', (command, rule) =>
    withUser(`~* &* +@all ${rule}`, async (url) => {
      // The scripts are loaded already: an instance of another user runs.
      const other = await openRedisSharedState({ url: url.replace('chat:s3cret@', '') });
      expect(await other.turns.run('ada', async () => 'done')).toBe('done');
      try {
        const opening = openRedisSharedState({ url });
        await expect(opening).rejects.toThrow(RedisAuthError);
        await expect(opening).rejects.toThrow(
          new RegExp(`lacks permissions\\. It needs at least .*'${command.toLowerCase()}'[^.]*$`),
        );
      } finally {
        await other.close();
      }
    }),
  );

  it('of a database that does not exist is rejected at the start', async () => {
    const opening = openRedisSharedState({ url: `${server().url}/99` });
    await expect(opening).rejects.toThrow('Redis does not have the database in the URL');
  });

  it('that loses a permission later makes it unavailable until it is granted again', async () => {
    const log: string[] = [];
    const write = (_fields: object, text: string) => log.push(text);
    const logger = { debug: write, info: write, warn: write, error: write };
    await withUser('~* &* +@all', async (url) => {
      const shared = await openRedisSharedState({ url, logger });
      const admin = await openAdmin(url);
      await admin.call('ACL', 'SETUSER', 'chat', 'resetchannels');
      shared.fanOut.publish('ada', { kind: 'resync' });
      await expect.poll(() => shared.isUp()).toBe(false);
      // Two more checks of the server do not make it available.
      const before = log.length;
      for (let check = 0; check < 3; check += 1) {
        const calls = Number(await countCalls(admin));
        await expect.poll(async () => Number(await countCalls(admin))).toBeGreaterThan(calls);
      }
      expect(log.length).toBe(before);
      await admin.call('ACL', 'SETUSER', 'chat', 'allchannels');
      await expect.poll(() => shared.isUp()).toBe(true);
      admin.disconnect();
      await shared.close();
    });
  });
});

async function openAdmin(url: string) {
  const { Redis } = await import('ioredis');
  return new Redis(url.replace('chat:s3cret@', ''));
}

/** How often an instance has renewed its key. */
async function countCalls(admin: Awaited<ReturnType<typeof openAdmin>>): Promise<string> {
  const stats = await admin.info('commandstats');
  return /cmdstat_set:calls=(\d+)/.exec(stats)?.[1] ?? '0';
}
