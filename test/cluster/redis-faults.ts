import { expect, test } from 'vitest';
import { call, history, Listener, listen, logIn, send } from './caller.js';
import type { Cluster } from './describe-cluster.js';
import { type Fault, frozen, gone, slowBy } from './faults.js';

const patient = { timeout: 30_000, interval: 100 };

export const redisUsers = ['ida', 'jon', 'kim', 'lea'];

/** What `docs/operations.md` promises of a Redis that is gone, hangs or is slow. */
export function redisFaults(cluster: () => Cluster): void {
  test('with a Redis that is slow count for all as before', async () => {
    const { instances, lines } = cluster();
    const urls = instances.slice(0, 3).map(({ url }) => url);
    const token = await logIn(urls[0]!, 'ida');
    lines.redis.delayMs = 40;
    try {
      const sockets = urls.map((url) => new Listener(url, token));
      await Promise.all(sockets.map((socket) => socket.decided()));
      expect(sockets.map(({ greeted }) => greeted)).toEqual([true, true, true]);
      expect((await listen(urls[0]!, token)).closeCode).toBe(4429);
      const sent = await Promise.all(urls.map((url, n) => send(url, token, `Message ${n}`)));
      expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
      const stored = (await history(urls[0]!, token)).map(({ id }) => id);
      for (const socket of sockets) {
        await expect.poll(() => socket.messages.map(({ id }) => id), patient).toEqual(stored);
      }
      for (const url of urls) {
        expect((await call(url, '/readyz')).body).toEqual({ status: 'ready' });
      }
      await Promise.all(sockets.map((socket) => socket.close()));
    } finally {
      lines.redis.delayMs = 0;
    }
  });

  test.each<[what: string, user: string, fault: (of: Cluster, part: 'redis') => Fault]>([
    ['is gone', 'jon', gone],
    ['is frozen', 'kim', frozen],
    ['takes longer than half a second', 'lea', slowBy(400)],
  ])(
    'whose Redis %s answer on, show lost messages, log out everywhere, and recover by themselves',
    async (_what, user, fault) => {
      const { url, instances } = cluster();
      const urls = instances.slice(0, 3).map((instance) => instance.url);
      const token = await logIn(url, user);
      const leaving = await logIn(url, user);
      const listener = await listen(urls[0]!, token);
      const doomed = await listen(urls[1]!, leaving);
      const { begin, end } = fault(cluster(), 'redis');
      await begin();

      const sent = [];
      for (let n = 0; n < 9; n += 1) sent.push(await send(urls[n % 3]!, token, `Message ${n}`));
      expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
      const stored = (await history(url, token)).map(({ id }) => id);
      await expect.poll(() => listener.messages.map(({ id }) => id), patient).toEqual(stored);
      expect(
        (await call(urls[2]!, '/api/v1/logout', { token: leaving, method: 'POST' })).status,
      ).toBe(200);
      await expect.poll(() => doomed.closeCode, patient).toBe(4401);
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body.detail, patient)
          .toMatch(/Redis is away/);
        expect((await call(instance, '/metrics')).body).toMatch(/^chat_redis_up 0$/m);
      }

      await end();
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body, patient)
          .toEqual({ status: 'ready' });
      }
      // Counted for all again: the socket that outlived it, and two more.
      const sockets = [new Listener(urls[1]!, token), new Listener(urls[2]!, token)];
      await Promise.all(sockets.map((socket) => socket.decided()));
      await expect.poll(async () => (await listen(urls[2]!, token)).closeCode, patient).toBe(4429);
      await send(urls[1]!, token, 'Heard again');
      await expect.poll(() => listener.contents.at(-1), patient).toBe('Heard again');
      await Promise.all([listener, ...sockets].map((socket) => socket.close()));
    },
  );
}
