import { once } from 'node:events';
import type { ServerFrame } from '@chat/contract';
import { createChatServer } from '@chat/server';
import { whenClosed } from '@chat/test-support';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { cheapHasher } from '../packages/server/src/auth/cheap-hasher.js';
import { createManualClock } from '../packages/server/src/domain/runtime/manual-clock.js';

// Tests that need a network. The tests of the domain cover the other rules of a socket.

const apps: Awaited<ReturnType<typeof createChatServer>>[] = [];
const clientSockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of clientSockets.splice(0)) socket.terminate();
  for (const app of apps.splice(0)) await app.close();
});

type Options = NonNullable<Parameters<typeof createChatServer>[0]>;

async function startServer({ limits, ...options }: Options = {}) {
  const app = await createChatServer({
    users: ['ada', 'grace'].map((username) => ({ username, password: 's3cret' })),
    passwords: cheapHasher,
    metrics: false,
    limits: { loginsPerWindow: 1_000, ...limits },
    ...options,
  });
  apps.push(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const base = `http://127.0.0.1:${port}/api/v1`;

  const post = (path: string, token: string | undefined, body?: object) =>
    fetch(`${base}${path}`, {
      method: 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  return {
    app,
    post,
    async login(username: string): Promise<string> {
      const response = await post('/login', undefined, { username, password: 's3cret' });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    connect: (token: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) =>
      new TestSocket(`ws://127.0.0.1:${port}/ws/chat?token=${token}`, options),
  };
}

/** The client's end of a socket, with the frames that it received. */
class TestSocket {
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  /** Resolves with the close code. */
  readonly closeCode: Promise<number>;

  constructor(url: string, options: ConstructorParameters<typeof WebSocket>[2]) {
    this.socket = new WebSocket(url, options);
    clientSockets.push(this.socket);
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
    this.closeCode = whenClosed(this.socket).then(([code]) => code as number);
  }

  get messages(): string[] {
    return this.frames
      .filter(({ type }) => type === 'message')
      .map(({ data }) => `${data.role}: ${data.content}`);
  }

  async until(condition: () => boolean): Promise<this> {
    while (!condition()) await once(this.socket, 'message');
    return this;
  }

  /** Resolves with `'open'` after the first frame, or with the close code. */
  outcome(): Promise<'open' | number> {
    return Promise.race([
      this.until(() => this.frames.length > 0).then(() => 'open' as const),
      this.closeCode,
    ]);
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }
}

test('accepts exactly three of 64 concurrent sockets, and another one after one closes', async () => {
  const server = await startServer();
  const token = await server.login('ada');
  const sockets = Array.from({ length: 64 }, () => server.connect(token));
  const outcomes = await Promise.all(sockets.map((socket) => socket.outcome()));
  expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(3);
  expect(outcomes.filter((outcome) => outcome === 4429)).toHaveLength(61);
  expect(await server.connect(await server.login('grace')).outcome()).toBe('open');

  const [leaving] = sockets.filter((_, index) => outcomes[index] === 'open');
  const closed = Promise.race(
    [...server.app.websocketServer.clients].map((end) => whenClosed(end)),
  );
  leaving?.socket.close();
  await closed;
  expect(await server.connect(token).outcome()).toBe('open');
});

test('all sockets of a user receive the same messages in the same order, also those sent over REST', async () => {
  const server = await startServer();
  const token = await server.login('ada');
  const sockets = [1, 2, 3].map(() => server.connect(token));
  await Promise.all(sockets.map((socket) => socket.outcome()));
  for (let round = 0; round < 4; round += 1) {
    for (const [index, socket] of sockets.entries()) {
      socket.send({
        type: 'message',
        content: `socket ${index}, ${round}`,
        id: `${index}-${round}`,
      });
    }
    await server.post('/chat', token, { message: `REST, ${round}` });
  }
  await Promise.all(sockets.map((socket) => socket.until(() => socket.messages.length >= 32)));
  const [first, ...others] = sockets.map(({ messages }) => messages);
  expect(new Set(first).size).toBe(32);
  for (const other of others) expect(other).toEqual(first);
});

test('receives a frame that is sent immediately after the handshake', async () => {
  const server = await startServer();
  const socket = server.connect(await server.login('ada'));
  socket.socket.on('open', () => socket.send({ type: 'message', content: 'early', id: 'early' }));
  await socket.until(() => socket.messages.length === 2);
  expect(socket.frames[0]?.data.event).toBe('connected');
});

test.each([
  ['a wrong token', 'nonsense', {}, 4401],
  ['no token', '', {}, 4401],
  ['a page of another origin', undefined, { origin: 'https://evil.example' }, 4403],
])('accepts the handshake and closes with a code for %s', async (_, given, options, code) => {
  const server = await startServer();
  const socket = server.connect(given ?? (await server.login('ada')), options);
  await once(socket.socket, 'open');
  expect(await socket.closeCode).toBe(code);
});

test('accepts a page from the host of the server', async () => {
  const server = await startServer();
  const { port } = server.app.server.address() as { port: number };
  const options = { origin: `https://127.0.0.1:${port}` };
  expect(await server.connect(await server.login('ada'), options).outcome()).toBe('open');
});

test('closes the sockets of a token with 4401 on logout and on expiry', async () => {
  const clock = createManualClock();
  const server = await startServer({ clock });
  const token = await server.login('ada');
  const leaving = server.connect(token);
  const expiring = server.connect(await server.login('ada'));
  expect(await Promise.all([leaving.outcome(), expiring.outcome()])).toEqual(['open', 'open']);
  await server.post('/logout', token);
  expect(await leaving.closeCode).toBe(4401);
  clock.advance(3_599_999);
  expect(expiring.socket.readyState).toBe(WebSocket.OPEN);
  clock.advance(1);
  expect(await expiring.closeCode).toBe(4401);
});

test('terminates a socket that does not answer a ping, frees its slot and keeps the others open', async () => {
  const clock = createManualClock();
  const server = await startServer({ clock, limits: { socketsPerUser: 2 } });
  const token = await server.login('ada');
  const dead = server.connect(token, { autoPong: false });
  expect(await dead.outcome()).toBe('open');
  const [deadOnServer] = server.app.websocketServer.clients;
  const alive = server.connect(token);
  expect(await alive.outcome()).toBe('open');
  const [, aliveOnServer] = server.app.websocketServer.clients;

  const ponged = once(aliveOnServer!, 'pong');
  clock.advance(30_000);
  await ponged;
  const terminated = whenClosed(deadOnServer!);
  clock.advance(30_000);
  await terminated;
  expect(await dead.closeCode).toBe(1006);
  expect(await server.connect(token).outcome()).toBe('open');
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});

test('sends the reply before it stops, and closes its sockets with 1012', async () => {
  const server = await startServer();
  const socket = server.connect(await server.login('ada'));
  await socket.outcome();
  socket.send({ type: 'message', content: 'Hello' });
  await socket.until(() => socket.messages.length > 0);
  await server.app.close();
  expect(await socket.closeCode).toBe(1012);
  expect(socket.messages).toEqual(['user: Hello', 'assistant: Hello']);
});
