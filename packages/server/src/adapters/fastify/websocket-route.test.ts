import { on, once } from 'node:events';
import { whenClosed } from '@chat/test-support';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';

const users = [{ username: 'ada', password: 's3cret' }];

let app: Awaited<ReturnType<typeof createChatServer>>;
let url: string;
let token: string;

beforeEach(async () => {
  app = await createChatServer({
    users,
    passwords: cheapHasher,
    corsOrigins: ['https://chat.example.com'],
  });
  url = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws');
  const login = await app.inject({ method: 'POST', url: '/api/v1/login', payload: users[0]! });
  token = login.json().access_token;
});

afterEach(() => app.close());

const frames = new WeakMap<WebSocket, AsyncIterator<unknown[]>>();

function connect(query = `token=${token}`, options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(`${url}/ws/chat?${query}`, options);
  // Listen immediately: several frames may arrive in one chunk.
  frames.set(socket, on(socket, 'message'));
  return socket;
}

/** Returns the data of the next frame that matches. */
async function nextFrame(
  socket: WebSocket,
  matches: (data: { [key: string]: unknown }) => boolean,
) {
  for (;;) {
    const next = await frames.get(socket)!.next();
    const { data } = JSON.parse(String(next.value[0]));
    if (matches(data)) return data;
  }
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve));
}

async function open(options?: ClientOptions): Promise<WebSocket> {
  const socket = connect(undefined, options);
  await nextFrame(socket, ({ event }) => event === 'connected');
  return socket;
}

test('sends the request id and the extensions in the handshake response', async () => {
  const socket = connect(undefined, { headers: { 'X-Request-Id': 'mine-1' } });
  const [{ headers }] = await once(socket, 'upgrade');
  expect(headers).toMatchObject({
    'x-request-id': 'mine-1',
    'chat-extensions': expect.stringContaining('idempotency'),
  });
  socket.close();
});

test('sends a greeting, accepts a message and sends the reply', async () => {
  const socket = await open();
  socket.send(JSON.stringify({ type: 'message', content: 'Grüße 🦕' }));
  const reply = await nextFrame(socket, ({ role, event }) => role === 'assistant' && !event);
  expect(reply.content).toBe('Grüße 🦕');
});

test('streams the deltas of a reply to a client that requested them', async () => {
  const socket = connect(`token=${token}&stream=1`);
  await nextFrame(socket, ({ event }) => event === 'connected');
  socket.send(JSON.stringify({ type: 'message', content: 'one two' }));
  expect((await nextFrame(socket, ({ event }) => event === 'delta')).content).toBe('one');
});

test('does not lose a frame that is sent as soon as the socket opens', async () => {
  const socket = connect();
  socket.once('open', () => socket.send(JSON.stringify({ type: 'message', content: 'At once' })));
  expect((await nextFrame(socket, ({ role }) => role === 'user')).content).toBe('At once');
});

test.each([
  ['no token', '', 4401],
  ['a wrong token', 'token=x.y.z', 4401],
  ['two tokens', 'token=a&token=b', 4401],
])('with %s, opens the socket and closes it with 4401', async (_what, query, code) => {
  expect(await closeCode(connect(query))).toBe(code);
});

test('rejects a page of another origin, and accepts its own origin and configured ones', async () => {
  expect(await closeCode(connect(undefined, { origin: 'https://evil.example' }))).toBe(4403);
  for (const origin of ['https://chat.example.com', url.replace('ws', 'http')]) {
    (await open({ origin })).close();
  }
});

test('rejects a fourth socket until one of the three is closed', async () => {
  const sockets = [await open(), await open(), await open()];
  expect(await closeCode(connect())).toBe(4429);
  sockets[0]!.terminate();
  await expect
    .poll(async () => {
      const socket = connect();
      const [first] = await Promise.race([once(socket, 'message'), whenClosed(socket)]);
      socket.terminate();
      return first instanceof Buffer;
    })
    .toBe(true);
  const { body } = await app.inject('/metrics');
  expect(body).toMatch(/chat_limits_hit_total\{limit="sockets"\} [1-9]/);
  expect(body).toMatch(/chat_socket_closes_total\{code="4429"\} [1-9]/);
  for (const socket of sockets) socket.terminate();
});

test('closes the socket with 1009 after a frame that is too large', async () => {
  const socket = await open();
  socket.send('x'.repeat(1_000_000));
  expect(await closeCode(socket)).toBe(1009);
});

test('accepts the longest message with the longest JSON escaping', async () => {
  const socket = await open();
  socket.send(`{"type":"message","content":"${'\\ud83e\\udd95'.repeat(8_000)}"}`);
  const echoed = await nextFrame(socket, ({ role }) => role === 'user');
  expect(echoed.content).toBe('🦕'.repeat(8_000));
});

test('a violation of the WebSocket protocol closes only that socket', async () => {
  const [bad, good] = [await open(), await open()];
  bad.on('error', () => {});
  const closed = closeCode(bad);
  // A reserved bit is set: RFC 6455 (5.2) requires the server to fail the connection.
  const connection = (bad as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
  connection.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
  expect(await closed).toBe(1002);
  good.send(JSON.stringify({ type: 'message', content: 'Still here' }));
  expect((await nextFrame(good, ({ role }) => role === 'assistant')).content).toBeDefined();
  good.close();
});

test('sends an error for a binary frame, and the socket stays open', async () => {
  const socket = await open();
  socket.send(Buffer.from('{"type":"message","content":"hi"}'));
  expect((await nextFrame(socket, ({ event }) => event === 'error')).content).toMatch(
    /binary|text/i,
  );
  socket.close();
});

test('never negotiates compression, even when the client offers it', async () => {
  const socket = await open({ perMessageDeflate: true });
  expect(socket.extensions).toBe('');
  socket.close();
});
