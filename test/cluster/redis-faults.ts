import { expect, test } from 'vitest';
import { untilReady } from './cluster-suite.js';
import type { Cluster } from './describe-cluster.js';
import { type Fault, frozen, slowBy, stopped } from './faults.js';
import { call, history, listen, logIn, SocketListener, send } from './http-calls.js';

const polling = { timeout: 30_000, interval: 100 };

/** Longer than a busy machine pauses a process, and short enough for the tests to wait for. */
export const redisTimeoutMs = 3_000;

export const redisUsers = ['ida', 'jon', 'kim', 'lea'];

/** What `docs/operations/failure-modes.md` promises for a Redis that is stopped, hangs or is slow. */
export function redisFaults(cluster: () => Cluster): void {
  test('count over all instances with a slow Redis', async () => {
    const { instances, proxies } = cluster();
    const urls = instances.slice(0, 3).map(({ url }) => url);
    const token = await logIn(urls[0]!, 'ida');
    proxies.redis.delayMs = 40;
    try {
      const sockets = urls.map((url) => new SocketListener(url, token));
      await Promise.all(sockets.map((socket) => socket.untilDecided()));
      expect(sockets.map(({ greeted }) => greeted)).toEqual([true, true, true]);
      // On a busy machine a command can exceed its timeout; then the instance counts alone until its next check.
      const fourthCloseCode = async () => {
        const fourth = await listen(urls[0]!, token);
        await fourth.close();
        return fourth.closeCode;
      };
      await expect.poll(fourthCloseCode, polling).toBe(4429);
      const sent = await Promise.all(urls.map((url, n) => send(url, token, `Message ${n}`)));
      expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
      const stored = (await history(urls[0]!, token)).map(({ id }) => id);
      for (const socket of sockets) {
        await expect.poll(() => socket.messages.map(({ id }) => id), polling).toEqual(stored);
      }
      await untilReady(cluster());
      await Promise.all(sockets.map((socket) => socket.close()));
    } finally {
      proxies.redis.delayMs = 0;
    }
  });

  test.each<[what: string, user: string, fault: (of: Cluster, part: 'redis') => Fault]>([
    ['is stopped', 'jon', stopped],
    ['is frozen', 'kim', frozen],
    ['takes longer than its timeout', 'lea', slowBy(redisTimeoutMs / 2 + 100)],
  ])(
    'whose Redis %s still respond, deliver missed messages, log out everywhere, and recover by themselves',
    async (_what, user, fault) => {
      const { url, instances } = cluster();
      const urls = instances.slice(0, 3).map((instance) => instance.url);
      const token = await logIn(url, user);
      const otherToken = await logIn(url, user);
      const listener = await listen(urls[0]!, token);
      const otherSocket = await listen(urls[1]!, otherToken);
      const { begin, end } = fault(cluster(), 'redis');
      await begin();

      const sent = [];
      for (let n = 0; n < 9; n += 1) sent.push(await send(urls[n % 3]!, token, `Message ${n}`));
      expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
      const stored = (await history(url, token)).map(({ id }) => id);
      await expect.poll(() => listener.messages.map(({ id }) => id), polling).toEqual(stored);
      expect(
        (await call(urls[2]!, '/api/v1/logout', { token: otherToken, method: 'POST' })).status,
      ).toBe(200);
      await expect.poll(() => otherSocket.closeCode, polling).toBe(4401);
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body.detail, polling)
          .toMatch(/Redis is unavailable/);
        expect((await call(instance, '/metrics')).body).toMatch(/^chat_redis_up 0$/m);
      }

      await end();
      await untilReady(cluster());
      // Counted over all instances again: the first socket and two more.
      const sockets = [new SocketListener(urls[1]!, token), new SocketListener(urls[2]!, token)];
      await Promise.all(sockets.map((socket) => socket.untilDecided()));
      await expect.poll(async () => (await listen(urls[2]!, token)).closeCode, polling).toBe(4429);
      await send(urls[1]!, token, 'Received again');
      await expect.poll(() => listener.contents.at(-1), polling).toBe('Received again');
      await Promise.all([listener, ...sockets].map((socket) => socket.close()));
    },
  );
}
