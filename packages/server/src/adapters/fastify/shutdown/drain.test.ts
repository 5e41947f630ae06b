import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { whenClosed } from '@chat/test-support';
import { expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { echoAssistant } from '../../../assistants/echo-assistant.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import type { Assistant } from '../../../domain/ports/index.js';
import { createMemoryStore } from '../../../stores/memory/memory-store.js';
import { heldAssistant } from '../../../testing/held-assistant.js';

const users = [{ username: 'ada', password: 's3cret' }];

async function serve(assistant: Assistant, drainTimeoutMs?: number) {
  const store = createMemoryStore();
  const app = await createChatServer({
    users,
    assistant,
    store,
    passwords: cheapHasher,
    ...(drainTimeoutMs !== undefined && { drainTimeoutMs }),
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const post = (path: string, body: unknown, token = '') =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const login = (await (await post('/login', users[0])).json()) as { access_token: string };
  return { app, store, url, post, token: login.access_token };
}

test('a stopping server finishes the request in progress and rejects new requests with 503', async () => {
  const assistant = heldAssistant();
  const { app, url, post, token } = await serve(assistant);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  await once(socket, 'message');
  const closed = whenClosed(socket);
  const sent = post('/chat', { message: 'Hi' }, token);
  await assistant.receivedRequests(1);

  const stopped = app.close();
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  const rejected = await post('/chat', { message: 'One more' }, token);
  expect(rejected.status).toBe(503);
  expect(rejected.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(rejected.headers.get('connection')).toBe('close');
  expect(await rejected.json()).toEqual({ detail: expect.stringMatching(/stopping/) });
  const newSocket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  expect((await whenClosed(newSocket))[0]).toBe(1012);

  assistant.release('Hello');
  expect(await (await sent).json()).toMatchObject({ response: 'Hello' });
  expect((await closed)[0]).toBe(1012);
  await stopped;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('a stopping server waits at most drainTimeoutMs for an assistant', async () => {
  const assistant = heldAssistant();
  const { app, store, post, token } = await serve(assistant, 50);
  const sent = post('/chat', { message: 'Hi' }, token);
  sent.catch(() => {});
  await assistant.receivedRequests(1);
  await app.close();
  await expect(sent).rejects.toThrow();
  // The accepted message is stored nevertheless.
  expect(await store.check()).toEqual([]);
  const user = await store.userByName('ada');
  expect((await store.state(user!.id)).lastSeq).toBe(1);
});

test('does not close a store that the application created', async () => {
  const { app, store } = await serve({ reply: async () => 'Hello' });
  await app.close();
  await expect(store.ping()).resolves.toBeUndefined();
});

test('a stopping server closes incomplete requests on all its addresses', async () => {
  const app = await createChatServer({ users, passwords: cheapHasher, drainTimeoutMs: 50 });
  // `localhost` does not have two addresses on every machine.
  const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  const lookup = vi.spyOn(dns, 'lookup');
  lookup.mockImplementation(((name: string, ...rest: unknown[]) => {
    const [callback, options] = [rest.pop(), rest.pop()] as [(...args: unknown[]) => void, unknown];
    if ((options as { all?: boolean } | undefined)?.all) callback(null, addresses);
    else callback(null, name.replace('localhost', '127.0.0.1'), 4);
  }) as never);
  await app.listen({ port: 0, host: 'localhost' });
  lookup.mockRestore();
  expect(app.addresses()).toHaveLength(2);
  const closed: Promise<unknown>[] = [];
  for (const { address, port } of app.addresses() as AddressInfo[]) {
    const connection = connect(port, address);
    connection.on('error', () => {});
    await once(connection, 'connect');
    connection.write('GET /healthz HTTP/1.1\r\n');
    closed.push(whenClosed(connection));
  }
  await app.close();
  await Promise.all(closed);
});

test('a stopping server does not wait for a connection that sent no request', async () => {
  const { app, url } = await serve(echoAssistant(), 60_000);
  const connection = connect(Number(new URL(url).port), '127.0.0.1');
  connection.on('error', () => {});
  await Promise.all([once(connection, 'connect'), once(app.server, 'connection')]);
  const closed = whenClosed(connection);
  await app.close();
  await closed;
});
