import { once } from 'node:events';
import type { ServerFrame } from '@chat/contract';
import { createChatServer } from '@chat/server';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { cheapHasher } from '../packages/server/src/auth/cheap-hasher.js';
import { createManualClock } from '../packages/server/src/chat/manual-clock.js';

// The session's rules are proven beside it; here is what only a network can show.

const apps: Awaited<ReturnType<typeof createChatServer>>[] = [];
const dialled: WebSocket[] = [];

afterEach(async () => {
  for (const socket of dialled.splice(0)) socket.terminate();
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
      const answer = await post('/login', undefined, { username, password: 's3cret' });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    dial: (token: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) =>
      new Dialled(`ws://127.0.0.1:${port}/ws/chat?token=${token}`, options),
  };
}

/** The far end of a socket, as the `ws` package has it. */
class Dialled {
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  /** The code that the socket was closed with. */
  readonly ended: Promise<number>;

  constructor(url: string, options: ConstructorParameters<typeof WebSocket>[2]) {
    this.socket = new WebSocket(url, options);
    dialled.push(this.socket);
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
    this.ended = once(this.socket, 'close').then(([code]) => code as number);
  }

  get messages(): string[] {
    return this.frames
      .filter(({ type }) => type === 'message')
      .map(({ data }) => `${data.role}: ${data.content}`);
  }

  async until(come: () => boolean): Promise<this> {
    while (!come()) await once(this.socket, 'message');
    return this;
  }

  /** `'open'` once it was greeted, or the code that it was closed with. */
  fate(): Promise<'open' | number> {
    return Promise.race([
      this.until(() => this.frames.length > 0).then(() => 'open' as const),
      this.ended,
    ]);
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }
}

test('exactly three of 64 racing sockets are let in, and one that leaves makes room', async () => {
  const server = await startServer();
  const token = await server.login('ada');
  const sockets = Array.from({ length: 64 }, () => server.dial(token));
  const fates = await Promise.all(sockets.map((socket) => socket.fate()));
  expect(fates.filter((fate) => fate === 'open')).toHaveLength(3);
  expect(fates.filter((fate) => fate === 4429)).toHaveLength(61);
  expect(await server.dial(await server.login('grace')).fate()).toBe('open');

  const [leaving] = sockets.filter((_, index) => fates[index] === 'open');
  const left = Promise.race(
    [...server.app.websocketServer.clients].map((end) => once(end, 'close')),
  );
  leaving?.socket.close();
  await left;
  expect(await server.dial(token).fate()).toBe('open');
});

test('sockets and REST of one user show one conversation in one order', async () => {
  const server = await startServer();
  const token = await server.login('ada');
  const sockets = [1, 2, 3].map(() => server.dial(token));
  await Promise.all(sockets.map((socket) => socket.fate()));
  for (let round = 0; round < 4; round += 1) {
    for (const [index, socket] of sockets.entries()) {
      socket.say({
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

test('a frame that is sent with the handshake is not lost', async () => {
  const server = await startServer();
  const socket = server.dial(await server.login('ada'));
  socket.socket.on('open', () => socket.say({ type: 'message', content: 'early', id: 'early' }));
  await socket.until(() => socket.messages.length === 2);
  expect(socket.frames[0]?.data.event).toBe('connected');
});

test.each([
  ['a wrong token', 'nonsense', {}, 4401],
  ['no token', '', {}, 4401],
  ['a page of another origin', undefined, { origin: 'https://evil.example' }, 4403],
])('%s is let in to be told why it may not stay', async (_, given, options, code) => {
  const server = await startServer();
  const socket = server.dial(given ?? (await server.login('ada')), options);
  await once(socket.socket, 'open');
  expect(await socket.ended).toBe(code);
});

test('a page of our own host is let in', async () => {
  const server = await startServer();
  const { port } = server.app.server.address() as { port: number };
  const options = { origin: `https://127.0.0.1:${port}` };
  expect(await server.dial(await server.login('ada'), options).fate()).toBe('open');
});

test('logout closes the sockets of that token with 4401, an expiry does at its time', async () => {
  const clock = createManualClock();
  const server = await startServer({ clock });
  const token = await server.login('ada');
  const leaving = server.dial(token);
  const expiring = server.dial(await server.login('ada'));
  expect(await Promise.all([leaving.fate(), expiring.fate()])).toEqual(['open', 'open']);
  await server.post('/logout', token);
  expect(await leaving.ended).toBe(4401);
  clock.advance(3_599_999);
  expect(expiring.socket.readyState).toBe(WebSocket.OPEN);
  clock.advance(1);
  expect(await expiring.ended).toBe(4401);
});

test('a peer that answers no ping is cut and stops counting, and one that answers lives', async () => {
  const clock = createManualClock();
  const server = await startServer({ clock, limits: { socketsPerUser: 2 } });
  const token = await server.login('ada');
  const dead = server.dial(token, { autoPong: false });
  expect(await dead.fate()).toBe('open');
  const [ofDead] = server.app.websocketServer.clients;
  const alive = server.dial(token);
  expect(await alive.fate()).toBe('open');
  const [, ofAlive] = server.app.websocketServer.clients;

  const answered = once(ofAlive!, 'pong');
  clock.advance(30_000);
  await answered;
  const cut = once(ofDead!, 'close');
  clock.advance(30_000);
  await cut;
  expect(await dead.ended).toBe(1006);
  expect(await server.dial(token).fate()).toBe('open');
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});

test('a server that stops lets the reply come, and closes its sockets with 1012', async () => {
  const server = await startServer();
  const socket = server.dial(await server.login('ada'));
  await socket.fate();
  socket.say({ type: 'message', content: 'Hello' });
  await socket.until(() => socket.messages.length > 0);
  await server.app.close();
  expect(await socket.ended).toBe(1012);
  expect(socket.messages).toEqual(['user: Hello', 'assistant: Hello']);
});
