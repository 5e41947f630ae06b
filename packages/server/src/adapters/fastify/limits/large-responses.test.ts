import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../../../../../test/support/raw-http.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import { createMemoryStore } from '../../../stores/memory/memory-store.js';
import type { ChatServerOptions } from '../server-options.js';

/** Each character needs six bytes of JSON. */
const content = '\u0001'.repeat(8_000);
const path = '/api/v1/chat/history?pageSize=100';

let app: FastifyInstance;
let url: string;
let token: string;
const connections: Socket[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await app.close();
});

/** A server with a hundred messages of one user: a page of 4.8 MB. */
async function serve(options: ChatServerOptions = {}): Promise<void> {
  const user = { username: 'ada', password: 's3cret' };
  app = await createChatServer({
    users: [user],
    passwords: cheapHasher,
    ...options,
    limits: { messagesPerWindow: Number.POSITIVE_INFINITY, ...options.limits },
  });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  const login = await app.inject({ method: 'POST', url: '/api/v1/login', payload: user });
  token = login.json().access_token;
  for (let n = 0; n < 50; n += 1) await send('return=minimal');
}

const send = (prefer: string) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/chat',
    headers: { authorization: `Bearer ${token}`, prefer },
    payload: { message: content },
  });
const get = () => fetch(url + path, { headers: { authorization: `Bearer ${token}` } });

/** Requests a page and never reads the response. */
async function requestWithoutReading(): Promise<Socket> {
  const connection = await openConnection(url);
  connections.push(connection);
  connection.pause();
  connection.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return connection;
}

describe('a large response', () => {
  it('is complete, as a page and as a session', async () => {
    await serve();
    const page = (await (await get()).json()) as {
      messages: { content: string }[];
      pagination: object;
    };
    expect(page.pagination).toEqual({ total: 100, page: 1, pageSize: 100 });
    expect(page.messages.map((message) => message.content === content)).toEqual(
      Array.from({ length: 100 }, () => true),
    );
    const { response, messages } = (await send('')).json();
    expect([response === content, messages.length]).toEqual([true, 102]);
  });

  it('ends early when the store fails in the middle, and the log names the reason', async () => {
    const store = createMemoryStore();
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    await serve({ store, logger });
    const read = store.messages.bind(store);
    let reads = 0;
    store.messages = (userId, range) => {
      reads += 1;
      if (reads > 3) return Promise.reject(new Error('The disk is gone.'));
      return read(userId, range);
    };
    const response = await get();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => lines.join('')).toContain('The disk is gone.');
  });

  it('does not delay other requests', async () => {
    await serve();
    let finished = false;
    const page = get()
      .then((response) => response.text())
      .then(() => {
        finished = true;
      });
    let others = 0;
    while (!finished) {
      await (await fetch(`${url}/healthz`)).text();
      others += 1;
    }
    await page;
    expect(others).toBeGreaterThan(5);
  });

  it('closes the connection of a client that does not read it', async () => {
    await serve({ writeTimeoutMs: 50 });
    await requestWithoutReading();
    const count = () =>
      new Promise<number>((resolve) => app.server.getConnections((_error, n) => resolve(n)));
    await expect.poll(count).toBe(0);
  });
});

describe('a user who requests many pages and reads none', () => {
  it('gets 429 until some are read, and other users are not affected', async () => {
    await serve({ limits: { readsPerUser: 1, maxQueuedReads: 2 } });
    for (let n = 0; n < 3; n += 1) await requestWithoutReading();
    await expect.poll(async () => (await get()).status).toBe(429);
    const rejected = await get();
    expect(rejected.headers.get('retry-after')).toBe('1');
    for (const connection of connections.splice(0)) connection.destroy();
    await expect.poll(async () => (await get()).status).toBe(200);
  });
});
