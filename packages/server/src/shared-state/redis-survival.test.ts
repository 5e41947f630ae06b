import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedisSharedState, type RedisSharedState } from './redis-shared-state.js';
import { describeRedis, RedisServer } from './testing/redis-server.js';

const opened: RedisSharedState[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shared) => shared.close()));
});

async function open(url: string, log: string[] = []): Promise<RedisSharedState> {
  const note = (_fields: object, text: string) => log.push(text);
  const logger = { debug: note, info: note, warn: note, error: note };
  const shared = await openRedisSharedState({ url, logger });
  opened.push(shared);
  return shared;
}

const until = (shared: RedisSharedState, up: boolean) => expect.poll(() => shared.isUp()).toBe(up);

describe('the address of Redis', () => {
  it.each(['', 'ada:s3cret', 'http://ada:s3cret@127.0.0.1', 'redis://'])(
    'is not "%s", and that is not repeated',
    async (url) => {
      const opening = openRedisSharedState({ url });
      await expect(opening).rejects.toThrow('it looks like redis://user:password@host:6379/0');
      await expect(opening).rejects.not.toThrow('s3cret');
    },
  );
});

describeRedis('a Redis that wants a password', () => {
  it('is told from one that is away', async () => {
    const server = await RedisServer.start('--requirepass', 'right');
    try {
      await expect(openRedisSharedState({ url: server.url })).rejects.toThrow(/refuses/);
      const wrong = server.url.replace('//', '//:s3cret@');
      await expect(openRedisSharedState({ url: wrong })).rejects.toThrow(/refuses/);
      await expect(openRedisSharedState({ url: wrong })).rejects.not.toThrow('s3cret');
      expect((await open(server.url.replace('//', '//:right@'))).isUp()).toBe(true);
    } finally {
      await server.stop();
    }
  });
});

describeRedis('instances whose Redis', () => {
  let server: RedisServer;
  let log: string[];
  let one: RedisSharedState;
  let two: RedisSharedState;
  beforeEach(async () => {
    server = await RedisServer.start();
    log = [];
    one = await open(server.url, log);
    two = await open(server.url);
    return () => server.stop();
  });

  it.each<[what: string, leave: () => unknown, comeBack: () => unknown]>([
    ['ends and starts anew', () => server.stop(), () => server.start()],
    ['freezes and thaws', () => server.signal('SIGSTOP'), () => server.signal('SIGCONT')],
  ])('%s count for themselves meanwhile, and say so', async (_what, leave, comeBack) => {
    const take = (shared: RedisSharedState) => shared.limiter.take('k', 2, 60_000);
    expect(await take(one)).toEqual({ granted: true });
    await leave();
    // Its own count goes on where it was, and what the other granted is not known here.
    expect(await take(one)).toEqual({ granted: true });
    expect(await take(one)).toMatchObject({ granted: false });
    expect(await take(two)).toEqual({ granted: true });
    expect(await one.leases.acquire('ada', 's1', 1)).toBe(true);
    expect(await one.leases.acquire('ada', 's2', 1)).toBe(false);
    expect(await one.turns.run('ada', async () => 'done')).toBe('done');
    await until(one, false);
    expect(log.filter((text) => text.includes('is away'))).toHaveLength(1);

    await comeBack();
    await until(one, true);
    await until(two, true);
    expect(log.at(-1)).toMatch(/^Redis works/);
    // The socket that was let in meanwhile is counted everywhere now.
    await expect.poll(() => two.leases.acquire('ada', 's3', 1)).toBe(false);
    await one.leases.release('ada', 's1');
    await expect.poll(() => two.leases.acquire('ada', 's3', 1)).toBe(true);
    expect(await one.turns.run('ada', () => Promise.resolve('done'))).toBe('done');
  });

  it('is back are told that they may have missed something, and hear again', async () => {
    const heard: string[] = [];
    two.fanOut.subscribe((_userId, event) => heard.push(event.kind));
    const follow = two.fanOut.remote?.follow('ada');
    await follow?.ready;
    await server.stop();
    await until(two, false);
    expect(two.fanOut.remote?.isConnected()).toBe(false);
    one.fanOut.publish('ada', { kind: 'frame', frame: 'lost' });
    await server.start();
    await until(one, true);
    await expect.poll(() => heard).toContain('doubt');
    await expect
      .poll(() => {
        one.fanOut.publish('ada', { kind: 'frame', frame: 'heard' });
        return heard;
      })
      .toContain('frame');
    follow?.stop();
  });

  it('is away at the start use it as soon as it is there', async () => {
    await server.stop();
    const late = await open(server.url, log);
    expect(late.isUp()).toBe(false);
    expect(await late.limiter.take('k', 1, 60_000)).toEqual({ granted: true });
    const follow = late.fanOut.remote?.follow('ada');
    await follow?.ready;
    await server.start();
    await until(late, true);
    await until(one, true);
    const heard: string[] = [];
    late.fanOut.subscribe((_userId, event) => heard.push(event.kind));
    await expect
      .poll(() => {
        one.fanOut.publish('ada', { kind: 'frame', frame: 'heard' });
        return heard;
      })
      .toContain('frame');
  });

  it('forgot everything while nobody looked count their sockets anew', async () => {
    expect(await one.leases.acquire('ada', 's1', 1)).toBe(true);
    await server.stop();
    await server.start();
    await until(two, true);
    await until(one, true);
    await expect.poll(() => two.leases.acquire('ada', 's2', 1)).toBe(false);
  });
});
