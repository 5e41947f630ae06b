import { expect, test } from 'vitest';
import type { Cluster } from '../cluster/describe-cluster.js';
import { type Fault, frozen, slowBy, stopped } from '../cluster/faults.js';
import { call, expectUnavailable, history, listen, logIn, send } from '../cluster/http-calls.js';

const polling = { timeout: 30_000, interval: 100 };

/** Setting of the instances: how long a call may wait for the database, in milliseconds. */
export const databaseTimeoutMs = 1_500;
export const postgresUsers = ['mia', 'ned', 'oda', 'pat'];

/** What `docs/operations/failure-modes.md` promises for a PostgreSQL that is stopped, hangs or is slow. */
export function postgresFaults(cluster: () => Cluster): void {
  test('still respond with a slow PostgreSQL', async () => {
    const { instances, proxies } = cluster();
    const token = await logIn(instances[0]!.url, 'mia');
    proxies.postgres.delayMs = 40;
    try {
      const sent = await Promise.all(
        instances.map(({ url }, n) => send(url, token, `Message ${n}`)),
      );
      expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await call(instances[0]!.url, '/readyz')).status).toBe(200);
    } finally {
      proxies.postgres.delayMs = 0;
    }
    expect(await history(instances[0]!.url, token)).toHaveLength(6);
  });

  test.each<[what: string, user: string, fault: (of: Cluster, part: 'postgres') => Fault]>([
    ['is stopped', 'ned', stopped],
    ['is frozen', 'oda', frozen],
    // Each query takes longer than its caller waits, but may still take effect.
    ['exceeds the timeout', 'pat', slowBy(databaseTimeoutMs)],
  ])(
    'whose PostgreSQL %s respond with 503, lose nothing, and recover by themselves',
    async (_what, user, fault) => {
      const { url, instances } = cluster();
      const urls = instances.map((instance) => instance.url);
      const token = await logIn(url, user);
      const listener = await listen(urls[0]!, token);
      const sent: { instance: string; content: string; key: string; status: number }[] = [];
      const acknowledged = () => sent.filter(({ status }) => status === 200);
      const senders = urls.map(async (instance, at) => {
        for (let n = 0; ; n += 1) {
          const [content, key] = [`Message ${at}-${n}`, `key-${at}-${n}`];
          const { status } = await send(instance, token, content, key);
          sent.push({ instance, content, key, status });
          if (status !== 200) return;
        }
      });
      await expect.poll(() => acknowledged().length, polling).toBeGreaterThan(6);
      const { begin, end } = fault(cluster(), 'postgres');
      await begin();
      await Promise.all(senders);
      expect(sent.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      await Promise.all(
        urls.map(async (instance) => {
          const get = (path: string) => call(instance, path);
          const [rejected, ready, healthy, metrics] = await Promise.all([
            send(instance, token, 'Not now'),
            get('/readyz'),
            get('/healthz'),
            get('/metrics'),
          ]);
          expectUnavailable(rejected);
          expect([ready.status, healthy.status]).toEqual([503, 200]);
          expect(metrics.body).toMatch(/^chat_store_up 0$/m);
        }),
      );

      await end();
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body, polling)
          .toEqual({ status: 'ready' });
      }
      // A rejected message may have been stored: sent again with its key it is stored once.
      for (const { instance, content, key } of sent.filter(({ status }) => status !== 200)) {
        await expect
          .poll(async () => (await send(instance, token, content, key)).status, polling)
          .toBe(200);
      }
      const stored = await history(url, token);
      const texts = stored.map(({ role, content }) => `${role} ${content}`);
      for (const { content } of sent) {
        expect(texts.filter((text) => text === `user ${content}`)).toHaveLength(1);
        expect(texts.filter((text) => text === `assistant ${content}`)).toHaveLength(1);
      }
      // The socket stayed open and received every stored message.
      await expect
        .poll(() => listener.messages.map(({ id }) => id), polling)
        .toEqual(stored.map(({ id }) => id));
      await listener.close();
    },
  );
}
