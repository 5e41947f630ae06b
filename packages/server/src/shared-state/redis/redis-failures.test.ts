import { RedisServer } from '@chat/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeRedis } from '../testing/describe-redis.js';
import {
  openRedisSharedState,
  type RedisSharedState,
  type RedisSharedStateOptions,
} from './redis-shared-state.js';

const opened: RedisSharedState[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shared) => shared.close()));
});

async function open(
  url: string,
  log: string[] = [],
  options: Partial<RedisSharedStateOptions> = {},
): Promise<RedisSharedState> {
  const write = (_fields: object, text: string) => log.push(text);
  const logger = { debug: write, info: write, warn: write, error: write };
  const shared = await openRedisSharedState({ url, logger, ...options });
  opened.push(shared);
  return shared;
}

/** Whether the instance grants a lease, which it releases again at once. */
async function grants(shared: RedisSharedState, socketId: string): Promise<boolean> {
  const granted = await shared.leases.acquire('ada', socketId, 1);
  if (granted) await shared.leases.release('ada', socketId);
  return granted;
}

/** Lets this process do nothing for a time, as on a machine whose processors are busy. */
function blockEventLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const waitUntil = (shared: RedisSharedState, up: boolean) =>
  expect.poll(() => shared.isUp()).toBe(up);

describe('the Redis URL', () => {
  it.each([
    '',
    'ada:s3cret',
    'http://ada:s3cret@127.0.0.1',
    'redis://',
    'redis://ada:12/s3cret@db',
  ])('rejects "%s" without repeating it', async (url) => {
    const opening = openRedisSharedState({ url });
    await expect(opening).rejects.toThrow('it must look like redis://user:password@host:6379/0');
    await expect(opening).rejects.not.toThrow('s3cret');
  });
});

describe('the timeout', () => {
  it.each([0, 9, 60_001, 500.5, Number.NaN])('rejects %s', async (timeoutMs) => {
    await expect(openRedisSharedState({ url: 'redis://127.0.0.1', timeoutMs })).rejects.toThrow(
      `Option "timeoutMs" is invalid: expected an integer from 10 to 60000 (milliseconds), received ${timeoutMs}.`,
    );
  });
});

describeRedis('a Redis with a password', () => {
  it('rejects a missing and a wrong password', async () => {
    const server = await RedisServer.create('--requirepass', 'right');
    await server.start();
    try {
      await expect(openRedisSharedState({ url: server.url })).rejects.toThrow(/rejects/);
      const wrong = server.url.replace('//', '//:s3cret@');
      await expect(openRedisSharedState({ url: wrong })).rejects.toThrow(/rejects/);
      await expect(openRedisSharedState({ url: wrong })).rejects.not.toThrow('s3cret');
      expect((await open(server.url.replace('//', '//:right@'))).isUp()).toBe(true);
    } finally {
      await server.stop();
    }
  });
});

describeRedis('instances whose Redis fails', () => {
  let server: RedisServer;
  let log: string[];
  let one: RedisSharedState;
  let two: RedisSharedState;
  beforeEach(async () => {
    server = await RedisServer.create();
    await server.start();
    log = [];
    one = await open(server.url, log);
    two = await open(server.url);
    return () => server.stop();
  });

  it.each<[what: string, fail: () => unknown, recover: () => unknown]>([
    ['stops and starts again', () => server.stop(), () => server.start()],
    ['freezes and thaws', () => server.freeze(), () => server.thaw()],
  ])('use local counts and log it when Redis %s', async (_what, fail, recover) => {
    const take = (shared: RedisSharedState) => shared.limiter.consume('k', 2, 60_000);
    expect(await take(one)).toEqual({ granted: true });
    await fail();
    // Each instance continues with its own count.
    expect(await take(one)).toEqual({ granted: true });
    expect(await take(one)).toMatchObject({ granted: false });
    expect(await take(two)).toEqual({ granted: true });
    expect(await one.leases.acquire('ada', 's1', 1)).toBe(true);
    expect(await one.leases.acquire('ada', 's2', 1)).toBe(false);
    expect(await one.turns.run('ada', async () => 'done')).toBe('done');
    await waitUntil(one, false);
    expect(log.filter((text) => text.includes('is unavailable'))).toHaveLength(1);

    await recover();
    await waitUntil(one, true);
    await waitUntil(two, true);
    expect(log.at(-1)).toMatch(/^Redis is available/);
    // The socket that was accepted during the failure counts everywhere now.
    await expect.poll(() => grants(two, 's3')).toBe(false);
    await one.leases.release('ada', 's1');
    await expect.poll(() => grants(two, 's3')).toBe(true);
    expect(await one.turns.run('ada', () => Promise.resolve('done'))).toBe('done');
  });

  it('are notified that they may have missed events, and receive events again', async () => {
    const received: string[] = [];
    two.fanOut.subscribe((_userId, event) => received.push(event.kind));
    const follow = two.fanOut.remote?.subscribeUser('ada');
    await follow?.ready;
    await server.stop();
    await waitUntil(two, false);
    expect(two.fanOut.remote?.isConnected()).toBe(false);
    one.fanOut.publish('ada', { kind: 'frame', frame: 'lost' });
    await server.start();
    await waitUntil(one, true);
    await expect.poll(() => received).toContain('resync');
    await expect
      .poll(() => {
        one.fanOut.publish('ada', { kind: 'frame', frame: 'received' });
        return received;
      })
      .toContain('frame');
    follow?.stop();
  });

  it('use its response when the process was busy for longer than a command may take', async () => {
    const taken = one.limiter.consume('k', 1, 60_000);
    // The command is written before this turn of the event loop ends, but its response is not read.
    await new Promise(setImmediate);
    blockEventLoop(1_000);
    expect(await taken).toEqual({ granted: true });
    expect(one.isUp()).toBe(true);
    // Counted in Redis, not by the instance.
    expect(await two.limiter.consume('k', 1, 60_000)).toMatchObject({ granted: false });
    expect(log.filter((text) => text.includes('unavailable'))).toEqual([]);
  });

  it('wait for a response as long as "timeoutMs" says', async () => {
    const patient = await open(server.url, [], { timeoutMs: 60_000 });
    await server.freeze();
    const taken = patient.limiter.consume('k', 1, 60_000);
    // The default timeout has passed.
    await waitUntil(two, false);
    await server.thaw();
    expect(await taken).toEqual({ granted: true });
    expect(patient.isUp()).toBe(true);
    await waitUntil(two, true);
    expect(await two.limiter.consume('k', 1, 60_000)).toMatchObject({ granted: false });
  });

  it('use it as soon as it is available when it was down at their start', async () => {
    await server.stop();
    const late = await open(server.url, log);
    expect(late.isUp()).toBe(false);
    expect(await late.limiter.consume('k', 1, 60_000)).toEqual({ granted: true });
    const follow = late.fanOut.remote?.subscribeUser('ada');
    await follow?.ready;
    await server.start();
    await waitUntil(late, true);
    await waitUntil(one, true);
    const received: string[] = [];
    late.fanOut.subscribe((_userId, event) => received.push(event.kind));
    await expect
      .poll(() => {
        one.fanOut.publish('ada', { kind: 'frame', frame: 'received' });
        return received;
      })
      .toContain('frame');
  });

  it('count their sockets again when it lost its data', async () => {
    expect(await one.leases.acquire('ada', 's1', 1)).toBe(true);
    await server.stop();
    await server.start();
    await waitUntil(two, true);
    await waitUntil(one, true);
    await expect.poll(() => grants(two, 's2')).toBe(false);
  });
});
