import { beforeEach, expect, test } from 'vitest';
import type { Cluster } from './describe-cluster.js';
import { call, history, listen, logIn, SocketListener, send } from './http-calls.js';

export const suiteUsers = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus'];

/** Resolves when every instance can use the store and Redis. */
export async function untilReady({ instances }: Cluster): Promise<void> {
  for (const { url } of instances) {
    await expect.poll(async () => (await call(url, '/readyz')).body).toEqual({ status: 'ready' });
  }
}

/** What several instances guarantee together, whatever is between them and their databases. */
export function clusterSuite(cluster: () => Cluster): void {
  const each = () => cluster().instances.map(({ url }) => url);

  // A command that takes half a second on a busy machine counts as an outage of Redis until the next check succeeds.
  beforeEach(() => untilReady(cluster()));

  test('give the messages of a user one order, the same on every socket', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'ada');
    const sockets = await Promise.all(each().map((instance) => listen(instance, token)));
    const sent = await Promise.all(
      Array.from({ length: 45 }, (_, n) => send(url, token, `Message ${n}`)),
    );
    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
    const stored = (await history(url, token)).map(({ id }) => id);
    expect(stored).toHaveLength(90);
    for (const socket of sockets) {
      await expect.poll(() => socket.messages.length).toBe(90);
      expect(socket.messages.map(({ id }) => id)).toEqual(stored);
    }
    // One turn at a time: each message is followed by its own reply.
    const texts = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (let index = 0; index < texts.length; index += 2) {
      expect(texts[index + 1]).toBe(texts[index]?.replace('user', 'assistant'));
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test('share one limit of 60 messages a minute, over REST and sockets', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'bob');
    const socket = await listen(url, token);
    for (let n = 0; n < 10; n += 1) {
      socket.socket.send(JSON.stringify({ type: 'message', content: `Frame ${n}` }));
    }
    await expect.poll(() => socket.messages.length).toBe(20);
    const sent = await Promise.all(
      Array.from({ length: 60 }, (_, n) => send(url, token, `Message ${n}`)),
    );
    expect(sent.filter(({ status }) => status === 200)).toHaveLength(50);
    const limited = sent.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(10);
    expect(limited[0]?.headers['retry-after']).toMatch(/^\d+$/);
    await socket.close();
  });

  test('share one limit of five logins a minute per address', async () => {
    const { url } = cluster();
    const body = { username: 'cyd', password: 's3cret' };
    const logins = await Promise.all(
      Array.from({ length: 12 }, () => call(url, '/api/v1/login', { body, from: '127.9.9.9' })),
    );
    expect(logins.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(logins.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test('accept exactly three of 64 concurrent sockets of a user', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'dan');
    const sockets = Array.from({ length: 64 }, () => new SocketListener(url, token));
    await Promise.all(sockets.map((socket) => socket.untilDecided()));
    const accepted = sockets.filter(({ greeted }) => greeted);
    expect(accepted).toHaveLength(3);
    for (const socket of sockets) {
      if (!socket.greeted) expect(socket.closeCode).toBe(4429);
    }
    // A released lease is free for any instance.
    await accepted[0]?.close();
    await expect
      .poll(async () => {
        const next = await listen(url, token);
        if (next.greeted) accepted.push(next);
        return next.greeted;
      })
      .toBe(true);
    await Promise.all(accepted.slice(1).map((socket) => socket.close()));
  });

  test('end a session on every instance after a logout on one', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'eve');
    const other = await logIn(url, 'eve');
    const sockets = await Promise.all(each().map((instance) => listen(instance, token)));
    for (const instance of each()) {
      expect((await call(instance, '/api/v1/chat/history', { token })).status).toBe(200);
    }
    const [first = ''] = each();
    expect((await call(first, '/api/v1/logout', { token, method: 'POST' })).status).toBe(200);
    // By the Redis message: the reconciler would find it only after 15 s.
    const beforeReconciler = { timeout: 10_000 };
    await Promise.all(
      sockets.map((socket) => expect.poll(() => socket.closeCode, beforeReconciler).toBe(4401)),
    );
    for (const instance of each()) {
      expect((await call(instance, '/api/v1/chat/history', { token })).status).toBe(401);
      expect((await call(instance, '/api/v1/chat/history', { token: other })).status).toBe(200);
    }
  });

  test('process an idempotency key once, over all instances', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'fay');
    const sent = await Promise.all(
      Array.from({ length: 9 }, () => send(url, token, 'Only once', 'key-1')),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(sent.map(({ body }) => body.messages[1].id)).size).toBe(1);
    expect(await history(url, token)).toHaveLength(2);
  });

  test('send the acknowledgement of a frame to its socket', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'gus');
    const sockets = await Promise.all(each().map((instance) => listen(instance, token)));
    for (const [n, { socket }] of sockets.entries()) {
      socket.send(JSON.stringify({ type: 'message', content: `From ${n}`, id: `id-${n}` }));
    }
    for (const [n, socket] of sockets.entries()) {
      await expect.poll(() => socket.messages.length).toBe(6);
      expect(socket.messages.find(({ content }) => content === `From ${n}`)).toMatchObject({
        clientId: `id-${n}`,
      });
    }
    const orders = sockets.map(({ messages }) => messages.map(({ id }) => id).join());
    expect(new Set(orders).size).toBe(1);
    await Promise.all(sockets.map((socket) => socket.close()));
  });
}
