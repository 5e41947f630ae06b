import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { echoAssistant } from '../assistant/echo-assistant.js';
import { cheapHasher } from '../auth/cheap-hasher.js';
import type { Assistant } from '../chat/ports.js';
import { createChatServer } from '../create-chat-server.js';
import { createMemoryStore } from '../store/memory-store.js';

const users = [{ username: 'ada', password: 's3cret' }];

/** An assistant that answers when it is told to. */
function heldAssistant() {
  let answer = (_text: string): void => {};
  let begun = (): void => {};
  const asked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const assistant: Assistant = {
    reply: () => {
      begun();
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  };
  return { assistant, asked, answer: (text: string) => answer(text) };
}

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

test('a stopping server finishes the answer under way, and refuses new work politely', async () => {
  const { assistant, asked, answer } = heldAssistant();
  const { app, url, post, token } = await serve(assistant);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  await once(socket, 'message');
  const closed = once(socket, 'close');
  const sent = post('/chat', { message: 'Hi' }, token);
  await asked;

  const stopped = app.close();
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  const refused = await post('/chat', { message: 'One more' }, token);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(refused.headers.get('connection')).toBe('close');
  expect(await refused.json()).toEqual({ detail: expect.stringMatching(/stopping/) });
  const late = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
  expect((await once(late, 'close'))[0]).toBe(1012);

  answer('Hello');
  expect(await (await sent).json()).toMatchObject({ response: 'Hello' });
  expect((await closed)[0]).toBe(1012);
  await stopped;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test('a stopping server waits for an assistant no longer than it was told', async () => {
  const { assistant, asked } = heldAssistant();
  const { app, store, post, token } = await serve(assistant, 50);
  const sent = post('/chat', { message: 'Hi' }, token);
  sent.catch(() => {});
  await asked;
  await app.close();
  await expect(sent).rejects.toThrow();
  // What was taken in is kept all the same.
  expect(await store.check()).toEqual([]);
  const user = await store.userByName('ada');
  expect((await store.state(user!.id)).lastSeq).toBe(1);
});

test('a store of the application is left open, for the application to close', async () => {
  const { app, store } = await serve({ reply: async () => 'Hello' });
  await app.close();
  await expect(store.ping()).resolves.toBeUndefined();
});

test('a stopping server cuts what is half sent to its other addresses too', async () => {
  const app = await createChatServer({ users, passwords: cheapHasher, drainTimeoutMs: 50 });
  // Not every machine has two addresses for it.
  const found = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  const lookup = vi.spyOn(dns, 'lookup');
  lookup.mockImplementation(((name: string, ...rest: unknown[]) => {
    const [answer, options] = [rest.pop(), rest.pop()] as [(...found: unknown[]) => void, unknown];
    if ((options as { all?: boolean } | undefined)?.all) answer(null, found);
    else answer(null, name.replace('localhost', '127.0.0.1'), 4);
  }) as never);
  await app.listen({ port: 0, host: 'localhost' });
  lookup.mockRestore();
  expect(app.addresses()).toHaveLength(2);
  const lines: Promise<unknown>[] = [];
  for (const { address, port } of app.addresses() as AddressInfo[]) {
    const line = connect(port, address);
    line.on('error', () => {});
    await once(line, 'connect');
    line.write('GET /healthz HTTP/1.1\r\n');
    lines.push(once(line, 'close'));
  }
  await app.close();
  await Promise.all(lines);
});

test('a stopping server does not wait for a line on which nothing ever came', async () => {
  const { app, url } = await serve(echoAssistant(), 60_000);
  const line = connect(Number(new URL(url).port), '127.0.0.1');
  line.on('error', () => {});
  await Promise.all([once(line, 'connect'), once(app.server, 'connection')]);
  const closed = once(line, 'close');
  await app.close();
  await closed;
});
