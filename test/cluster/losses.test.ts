import { expect, test } from 'vitest';
import { call, history, Listener, listen, logIn, send } from './caller.js';
import { describeCluster } from './describe-cluster.js';

const users = ['ada', 'bob', 'cyd', 'dan', 'eve'].map((name) => `${name}:s3cret`);
const patient = { timeout: 30_000, interval: 100 };

const environment = { CHAT_DATABASE_TIMEOUT_MS: '2000' };

describeCluster('three instances', { users, environment }, (cluster) => {
  test('of which one is killed serve on, free its sockets’ places, and finish with its keys what it began', async () => {
    const { url, instances } = cluster();
    const victim = instances[0]!;
    const token = await logIn(url, 'ada');
    const three = await Promise.all([1, 2, 3].map(() => listen(victim.url, token)));
    expect(three.map(({ greeted }) => greeted)).toEqual([true, true, true]);
    const calls = Array.from({ length: 20 }, (_, n) =>
      send(victim.url, token, `Message ${n}`, `key-${n}`).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    await Promise.race(calls);
    await victim.end();
    await Promise.all(calls);
    for (const socket of three) await expect.poll(() => socket.closeCode, patient).toBe(1006);

    // The balancer passes over it, and the same keys give each message once.
    for (let n = 0; n < 20; n += 1) {
      const answer = await send(url, token, `Message ${n}`, `key-${n}`);
      expect(answer.status).toBe(200);
    }
    const said = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (let n = 0; n < 20; n += 1) {
      expect(said.filter((text) => text === `user Message ${n}`)).toHaveLength(1);
      expect(said.filter((text) => text === `assistant Message ${n}`)).toHaveLength(1);
    }
    await expect
      .poll(async () => {
        const socket = await listen(url, token);
        await socket.close();
        return socket.greeted;
      }, patient)
      .toBe(true);
    await victim.start();
    expect((await call(victim.url, '/readyz')).status).toBe(200);
  });

  test.each<[what: string, user: string]>([
    ['is gone', 'bob'],
    ['is frozen', 'cyd'],
  ])(
    'whose Redis %s answer on, show lost messages, log out everywhere, and recover by themselves',
    async (what, user) => {
      const { url, instances, redis } = cluster();
      const urls = instances.map((instance) => instance.url);
      const token = await logIn(url, user);
      const leaving = await logIn(url, user);
      const listener = await listen(urls[0]!, token);
      const doomed = await listen(urls[1]!, leaving);
      await (what === 'is gone' ? redis.stop() : redis.freeze());

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

      await (what === 'is gone' ? redis.start() : redis.thaw());
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

  test.each<[what: string, user: string]>([
    ['is gone', 'dan'],
    ['is frozen', 'eve'],
  ])(
    'whose PostgreSQL %s answer 503 and lose nothing, and recover by themselves',
    async (what, user) => {
      const { url, instances, postgres } = cluster();
      const urls = instances.map((instance) => instance.url);
      const token = await logIn(url, user);
      const listener = await listen(urls[0]!, token);
      const acknowledged: string[] = [];
      let running = true;
      const senders = urls.map(async (instance, at) => {
        for (let n = 0; running; n += 1) {
          const content = `Message ${at}-${n}`;
          const answer = await send(instance, token, content, `key-${at}-${n}`);
          if (answer.status === 200) acknowledged.push(content);
          else running = false;
        }
      });
      await expect.poll(() => acknowledged.length, patient).toBeGreaterThan(6);
      await (what === 'is gone' ? postgres.stop() : postgres.freeze());
      await Promise.all(senders);
      await Promise.all(
        urls.map(async (instance) => {
          const refused = await send(instance, token, 'Not now');
          expect(refused).toMatchObject({ status: 503, body: { detail: expect.any(String) } });
          expect(refused.headers['retry-after']).toMatch(/^\d+$/);
          expect((await call(instance, '/readyz')).status).toBe(503);
          expect((await call(instance, '/healthz')).status).toBe(200);
          expect((await call(instance, '/metrics')).body).toMatch(/^chat_store_up 0$/m);
        }),
      );
      await (what === 'is gone' ? postgres.start() : postgres.thaw());
      for (const instance of urls) {
        await expect
          .poll(async () => (await call(instance, '/readyz')).body, patient)
          .toEqual({ status: 'ready' });
        await expect
          .poll(async () => (await send(instance, token, 'Back')).status, patient)
          .toBe(200);
      }
      const stored = await history(url, token);
      const said = stored.map(({ role, content }) => `${role} ${content}`);
      for (const content of acknowledged) {
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
});
