import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { RedisServer } from '@chat/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { describeRedis } from '../testing/describe-redis.js';
import { openRedisSharedState } from './redis-shared-state.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

/** A server that is not Redis, or not with the protocol of the URL. */
async function listen(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The reasons in the log of an instance. */
async function open(url: string) {
  const reasons: unknown[] = [];
  const warn = (fields: object) => reasons.push((fields as { reason?: unknown }).reason);
  const ignore = () => {};
  const logger = { debug: ignore, info: ignore, warn, error: ignore };
  const shared = await openRedisSharedState({ url, logger });
  cleanups.push(() => shared.close());
  return { shared, reasons };
}

const silent = (): void => {};
const closes = (socket: Socket): unknown => socket.once('data', () => socket.end());
const resets = (socket: Socket): unknown => socket.once('data', () => socket.resetAndDestroy());
const isSsh = (socket: Socket): unknown => socket.write('SSH-2.0-OpenSSH\r\n');
const withoutTls = 'if the server has no TLS, use redis instead of rediss in the URL';
const withTls =
  'the port may be that of another service, or need TLS: then use rediss instead of redis in the URL';

describe('the log names what may be wrong with the URL', () => {
  it.each<[string, (socket: Socket) => unknown, string]>([
    ['does not respond to TLS', silent, `connect ETIMEDOUT: ${withoutTls}`],
    ['closes a connection with TLS', closes, withoutTls],
    ['responds without TLS', isSsh, withoutTls],
  ])('when the server of rediss:// %s', async (_what, onConnection, reason) => {
    const { reasons } = await open(`rediss://:s3cret@${await listen(onConnection)}`);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
    expect(reasons[0]).not.toMatch(/s3cret|\n/);
  });

  it.each<[string, (socket: Socket) => unknown, string]>([
    ['closes the connection', closes, `the connection was lost: ${withTls}`],
    ['resets the connection', resets, withTls],
    ['responds in another protocol', isSsh, `Unknown RESP type 83 "S": ${withTls}`],
  ])('when the server of redis:// %s', async (_what, onConnection, reason) => {
    const { reasons } = await open(`redis://:s3cret@${await listen(onConnection)}`);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
    expect(reasons[0]).not.toMatch(/s3cret|\n/);
  });
});

describeRedis('a Redis that worked', () => {
  it('is not suspected of being another service when its connection is lost', async () => {
    const server = await RedisServer.create();
    await server.start();
    cleanups.push(() => server.stop());
    const { shared, reasons } = await open(server.url);
    expect(shared.isUp()).toBe(true);
    await server.stop();
    await expect.poll(() => reasons).toHaveLength(1);
    expect(reasons[0]).not.toContain('TLS');
  });
});
