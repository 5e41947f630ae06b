import { expect, test } from 'vitest';
import { call, expectUnavailable, history, listen, logIn, send } from '../cluster/caller.js';
import type { Cluster } from '../cluster/describe-cluster.js';
import { type Fault, frozen, gone, slowBy } from '../cluster/faults.js';

const patient = { timeout: 30_000, interval: 100 };

/** For the instances: how long a call may wait for the database, in milliseconds. */
export const databaseTimeoutMs = 1_500;
export const postgresUsers = ['mia', 'ned', 'oda', 'pat'];

/** What `docs/operations.md` promises of a PostgreSQL that is gone, hangs or is slow. */
export function postgresFaults(cluster: () => Cluster): void {
  test('with a PostgreSQL that is slow answer all the same', async () => {
    const { instances, lines } = cluster();
    const token = await logIn(instances[0]!.url, 'mia');
    lines.postgres.delayMs = 40;
    try {
      const sent = await Promise.all(
        instances.map(({ url }, n) => send(url, token, `Message ${n}`)),
      );
      expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await call(instances[0]!.url, '/readyz')).status).toBe(200);
    } finally {
      lines.postgres.delayMs = 0;
    }
    expect(await history(instances[0]!.url, token)).toHaveLength(6);
  });

  test.each<[what: string, user: string, fault: (of: Cluster, part: 'postgres') => Fault]>([
    ['is gone', 'ned', gone],
    ['is frozen', 'oda', frozen],
    // Each query takes longer than its caller waits, and may take effect all the same.
    ['takes longer than it may', 'pat', slowBy(databaseTimeoutMs)],
  ])(
    'whose PostgreSQL %s answer 503 and lose nothing, and recover by themselves',
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
      await expect.poll(() => acknowledged().length, patient).toBeGreaterThan(6);
      const { begin, end } = fault(cluster(), 'postgres');
      await begin();
      await Promise.all(senders);
      expect(sent.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      await Promise.all(
        urls.map(async (instance) => {
          const ask = (path: string) => call(instance, path);
          const [refused, ready, healthy, metrics] = await Promise.all([
            send(instance, token, 'Not now'),
            ask('/readyz'),
            ask('/healthz'),
            ask('/metrics'),
          ]);
          expectUnavailable(refused);
          expect([ready.status, healthy.status]).toEqual([503, 200]);
          expect(metrics.body).toMatch(/^chat_store_up 0$/m);
        }),
      );

      await end();
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body, patient)
          .toEqual({ status: 'ready' });
      }
      // What was refused may have been stored: with its key it is had once.
      for (const { instance, content, key } of sent.filter(({ status }) => status !== 200)) {
        await expect
          .poll(async () => (await send(instance, token, content, key)).status, patient)
          .toBe(200);
      }
      const stored = await history(url, token);
      const said = stored.map(({ role, content }) => `${role} ${content}`);
      for (const { content } of sent) {
        expect(said.filter((text) => text === `user ${content}`)).toHaveLength(1);
        expect(said.filter((text) => text === `assistant ${content}`)).toHaveLength(1);
      }
      // The socket lived through it and was told all that is stored.
      await expect
        .poll(() => listener.messages.map(({ id }) => id), patient)
        .toEqual(stored.map(({ id }) => id));
      await listener.close();
    },
  );
}
