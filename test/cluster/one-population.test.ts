import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { call, history, Listener, listen, logIn, send } from './caller.js';
import { composeFile } from './compose.js';
import { databaseRefusals, refusedUsers } from './database-refusals.js';
import { describeCluster } from './describe-cluster.js';
import { dumpAndRestore, dumpUser } from './dump.js';
import { redisFaults, redisUsers } from './redis-faults.js';
import { clusterScript } from './script.js';

const names = [
  'ada',
  'bob',
  'cyd',
  'dan',
  'eve',
  'fay',
  'gus',
  ...redisUsers,
  ...refusedUsers,
  dumpUser,
];
const users = names.map((name) => `${name}:s3cret`);
const options = { users, instances: 10, diskMegabytes: 192 };

describeCluster('instances behind one address', options, (cluster) => {
  const each = () => cluster().instances.map(({ url }) => url);

  test('give a new database its tables and users once, though ten open it together', async () => {
    const token = await logIn(cluster().url, 'ada');
    for (const url of each()) {
      expect((await call(url, '/readyz')).body).toEqual({ status: 'ready' });
      expect((await call(url, '/api/v1/stats/chat', { token })).status).toBe(200);
    }
    // Three are enough for what follows.
    await cluster().keep(3);
  });

  test('show every metric that docs/operations.md tells to watch', async () => {
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const named = page.match(/\b(?:chat|process|nodejs)_[a-z_]+/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    await call(each()[0]!, '/nowhere');
    const { body } = await call(each()[0]!, '/metrics');
    for (const metric of named) expect(body).toMatch(new RegExp(`^# TYPE ${metric} `, 'm'));
  });

  test('give the messages of a user one order, and every socket shows it', async () => {
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
    // One turn at a time: each question is followed by its own answer.
    const said = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (let at = 0; at < said.length; at += 2) {
      expect(said[at + 1]).toBe(said[at]?.replace('user', 'assistant'));
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test('share one allowance of 60 messages a minute, over REST and sockets', async () => {
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
    const refused = sent.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]?.headers['retry-after']).toMatch(/^\d+$/);
    await socket.close();
  });

  test('share one allowance of five logins a minute for an address', async () => {
    const { url } = cluster();
    const body = { username: 'cyd', password: 's3cret' };
    const logins = await Promise.all(
      Array.from({ length: 12 }, () => call(url, '/api/v1/login', { body, from: '127.9.9.9' })),
    );
    expect(logins.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(logins.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  test('let in exactly three of 64 racing sockets of a user', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'dan');
    const sockets = Array.from({ length: 64 }, () => new Listener(url, token));
    await Promise.all(sockets.map((socket) => socket.decided()));
    const stayed = sockets.filter(({ greeted }) => greeted);
    expect(stayed).toHaveLength(3);
    for (const socket of sockets) {
      if (!socket.greeted) expect(socket.closeCode).toBe(4429);
    }
    // A place that is given back is free for whichever instance comes next.
    await stayed[0]?.close();
    await expect
      .poll(async () => {
        const next = await listen(url, token);
        if (next.greeted) stayed.push(next);
        return next.greeted;
      })
      .toBe(true);
    await Promise.all(stayed.slice(1).map((socket) => socket.close()));
  });

  test('end a session everywhere when one of them is told to log out', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'eve');
    const kept = await logIn(url, 'eve');
    const sockets = await Promise.all(each().map((instance) => listen(instance, token)));
    for (const instance of each()) {
      expect((await call(instance, '/api/v1/chat/history', { token })).status).toBe(200);
    }
    const [first = ''] = each();
    expect((await call(first, '/api/v1/logout', { token, method: 'POST' })).status).toBe(200);
    // By the news of it: the rounds that look for what was not told come every 15 s only.
    const byNews = { timeout: 10_000 };
    await Promise.all(
      sockets.map((socket) => expect.poll(() => socket.closeCode, byNews).toBe(4401)),
    );
    for (const instance of each()) {
      expect((await call(instance, '/api/v1/chat/history', { token })).status).toBe(401);
      expect((await call(instance, '/api/v1/chat/history', { token: kept })).status).toBe(200);
    }
  });

  test('answer a repeated key once, whichever of them is asked', async () => {
    const { url } = cluster();
    const token = await logIn(url, 'fay');
    const sent = await Promise.all(
      Array.from({ length: 9 }, () => send(url, token, 'Only once', 'key-1')),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(sent.map(({ body }) => body.messages[1].id)).size).toBe(1);
    expect(await history(url, token)).toHaveLength(2);
  });

  test('bring the acknowledgement of a frame to the socket that sent it', async () => {
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

  composeFile(cluster);
  dumpAndRestore(cluster);
  clusterScript();
  redisFaults(cluster);
  databaseRefusals(cluster);
});
