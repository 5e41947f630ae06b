import { afterEach, describe, expect, it } from 'vitest';
import { describeRedis } from '../testing/describe-redis.js';
import { sharedStateSuite } from '../testing/shared-state-suite.js';
import { openRedisSharedState, type RedisSharedState } from './redis-shared-state.js';

describeRedis('over Redis', (server) => {
  const opened: RedisSharedState[] = [];
  let deployments = 0;
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((shared) => shared.close()));
  });

  sharedStateSuite({
    name: 'of three instances',
    async open({ clock, maxQueuedTurns }) {
      deployments += 1;
      const prefix = `suite-${deployments}:`;
      const instances = await Promise.all(
        Array.from({ length: 3 }, () =>
          openRedisSharedState({
            url: server().url,
            prefix,
            clock,
            limits: { maxQueuedTurns },
            timeoutMs: 10_000,
          }),
        ),
      );
      opened.push(...instances);
      return instances;
    },
  });

  const openTwo = async () => {
    deployments += 1;
    const options = { url: server().url, prefix: `two-${deployments}:`, timeoutMs: 10_000 };
    const instances = [await openRedisSharedState(options), await openRedisSharedState(options)];
    opened.push(...instances);
    return instances as [RedisSharedState, RedisSharedState];
  };

  it('delivers the messages of a turn to an instance that begins to follow the user during it', async () => {
    const [one, two] = await openTwo();
    const received: string[] = [];
    two.fanOut.subscribe((_userId, event) => {
      if (event.kind === 'frame') received.push(event.frame);
    });
    await one.limiter.consume('chat:ada', 9, 60_000);
    await one.turns.run('ada', async () => {
      one.fanOut.publish('ada', { kind: 'frame', frame: 'typing' });
      await two.fanOut.remote?.subscribeUser('ada').ready;
      one.fanOut.publish('ada', { kind: 'frame', frame: 'reply', seq: 2 });
    });
    await expect.poll(() => received).toEqual(['reply']);
  });

  it('delivers the deltas of a turn to an instance that requests the text of its reply', async () => {
    const [one, two] = await openTwo();
    const received: string[] = [];
    two.fanOut.subscribe((_userId, event) => {
      if (event.kind === 'frame') received.push(event.frame);
    });
    // An instance that has just started may still be subscribing.
    const requested = new Promise<void>((resolve) => {
      one.fanOut.subscribe((_userId, { kind }) => kind === 'text-request' && resolve());
    });
    await one.limiter.consume('chat:ada', 9, 60_000);
    await one.turns.run('ada', async () => {
      one.fanOut.publish('ada', { kind: 'frame', frame: 'before', streamOnly: true });
      await two.fanOut.remote?.subscribeUser('ada').ready;
      two.fanOut.publish('ada', { kind: 'text-request' });
      await requested;
      one.fanOut.publish('ada', { kind: 'frame', frame: 'text so far', streamOnly: true });
    });
    await expect.poll(() => received).toEqual(['text so far']);
  });

  it('does not block the turns of a user whose counted message failed before its turn', async () => {
    const [one, two] = await openTwo();
    expect(await one.limiter.consume('chat:ada', 9, 60_000)).toEqual({ granted: true });
    expect(await two.turns.run('ada', async () => 'done')).toBe('done');
  });

  it('frees the turn and the leases of an instance that has died', async () => {
    const [one, two] = await openTwo();
    expect(await one.leases.acquire('ada', 's1', 1)).toBe(true);
    expect(await two.leases.acquire('ada', 's2', 1)).toBe(false);
    const unfinished = one.turns.run('ada', () => new Promise(() => {}));
    unfinished.catch(() => undefined);
    await one.limiter.consume('the turn was entered before', 1, 1_000);
    // As a killed process does, it leaves everything behind and renews nothing.
    await one.close();
    expect(await two.turns.run('ada', async () => 'done')).toBe('done');
    expect(await two.leases.acquire('ada', 's2', 1)).toBe(true);
  });

  describe('deployments with the same users', () => {
    it.each([
      ['databases', ['/0', '/1'], ['chat:', 'chat:']],
      ['prefixes', ['', ''], ['chat:', 'staging:']],
    ])('of different %s never receive frames of each other', async (_what, paths, prefixes) => {
      const open = async (index: number) => {
        const url = `${server().url}${paths[index]}`;
        const shared = await openRedisSharedState({
          url,
          prefix: prefixes[index]!,
          timeoutMs: 10_000,
        });
        opened.push(shared);
        const received: string[] = [];
        shared.fanOut.subscribe((_userId, event) => received.push(event.kind));
        await shared.fanOut.remote?.subscribeUser('ada').ready;
        return { shared, received };
      };
      const [one, sameAsOne, other] = [await open(0), await open(0), await open(1)];
      // Each instance informs the others of its deployment when it starts.
      for (const { received } of [one, sameAsOne, other]) received.length = 0;
      one.shared.fanOut.publish('ada', { kind: 'frame', frame: 'private' });
      one.shared.fanOut.publish('', { kind: 'resync' });
      await expect.poll(() => sameAsOne.received).toEqual(['frame', 'resync']);
      // Delivered after everything before it: all messages pass through one Redis.
      await open(1);
      await expect.poll(() => other.received).toContain('resync');
      expect(other.received).not.toContain('frame');
      expect(one.shared.isUp()).toBe(true);
    });
  });
});
