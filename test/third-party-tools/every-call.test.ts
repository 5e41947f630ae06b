import { ChatClient, isChatError } from '@chat/client';
import { createTcpProxy, type TcpProxy } from '@chat/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend } from '../support/backends/backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';

// Every call of the client and its possible responses, over TCP. scripts/third-party-tools.mjs runs it again through Prism,
// which listens at CHAT_SUITE_PROXY and forwards to the server at CHAT_SUITE_UPSTREAM_PORT.
const { CHAT_SUITE_PROXY: proxy, CHAT_SUITE_UPSTREAM_PORT: port = '4011' } = process.env;

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };
let backend: Backend;
let baseUrl: string;
let upstream: TcpProxy | undefined;

beforeAll(async () => {
  backend = await referenceBackend().create({
    users: { ada: ada.password, bob: bob.password },
    limits: { loginsPerMinute: 50, messagesPerMinute: 12 },
  });
  await backend.start();
  if (proxy === undefined) {
    baseUrl = `http://127.0.0.1:${backend.port}`;
    return;
  }
  baseUrl = proxy;
  upstream = await createTcpProxy({ target: backend.port, port: Number(port) });
});
afterAll(async () => {
  await upstream?.close();
  await backend.dispose();
});

const resultCode = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (isChatError(error) ? error.code : error),
  );

it('supports sending, paging, filtering, statistics, rating and logout', async () => {
  const client = new ChatClient({ baseUrl, credentials: ada });
  const first = await client.chat.send('Hello');
  expect(first.messages).toHaveLength(2);
  const short = await client.chat.send('Short, please. ¿Sí? 你好 👋🏽', { return: 'minimal' });
  expect(short.messages).toHaveLength(2);
  const page = await client.chat.history({ page: 1, pageSize: 3 });
  expect(page.pagination).toEqual({ total: 4, page: 1, pageSize: 3 });
  expect((await page.nextPage()).messages).toHaveLength(1);
  const [newest] = page.messages;
  await client.chat.rate(newest?.id ?? '', true);
  const { sessions } = await client.chat.sessions({ pageSize: 5 });
  expect(sessions).toMatchObject([{ messageCount: 4 }]);
  const contents = [];
  for await (const { content } of client.chat.history({
    pageSize: 1,
    order: 'asc',
    sessionId: sessions[0]?.id,
  })) {
    contents.push(content);
  }
  expect(contents[0]).toBe('Hello');
  expect(contents).toHaveLength(4);
  expect(await client.stats.chat()).toMatchObject({ totalChats: 1, satisfactionRate: 100 });
  expect(await client.stats.messages()).toMatchObject({ totalMessages: 4 });
  await client.logout();
  client.close();
});

it('returns the first response when a call with a key is repeated', async () => {
  const client = new ChatClient({ baseUrl, credentials: bob });
  const options = { idempotencyKey: 'a-key-of-mine' };
  const one = await client.chat.send('Once', options);
  expect(await client.chat.send('Once', options)).toEqual(one);
  client.close();
});

it('rejects invalid calls with the documented errors', async () => {
  const wrong = new ChatClient({ baseUrl, credentials: { ...ada, password: 'wrong' } });
  expect(await resultCode(wrong.login())).toBe('authentication_failed');
  wrong.close();
  const client = new ChatClient({ baseUrl, credentials: bob, retry: { limit: 0 } });
  expect(await resultCode(client.chat.send(''))).toBe('bad_request');
  expect(await resultCode(client.chat.send('x'.repeat(8_001)))).toBe('bad_request');
  expect(await resultCode(client.chat.history({ page: 0 }))).toBe('bad_request');
  expect(await resultCode(client.chat.history({ sessionId: 'nobody-knows' }))).toBe('not_found');
  expect(await resultCode(client.chat.rate('nobody-knows', true))).toBe('not_found');
  let last: unknown = 'ok';
  for (let i = 0; last === 'ok'; i += 1) last = await resultCode(client.chat.send(`Number ${i}`));
  expect(last).toBe('rate_limited');
  client.close();
});
