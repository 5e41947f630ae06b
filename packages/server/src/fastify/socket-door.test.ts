import { on, once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createChatServer } from '../create-chat-server.js';

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

function dial(query = `token=${token}`, options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(`${url}/ws/chat?${query}`, options);
  // Listening from the first moment: several frames may come in one piece.
  frames.set(socket, on(socket, 'message'));
  return socket;
}

/** The data of the first frame that `wanted` holds for. */
async function frame(socket: WebSocket, wanted: (data: { [key: string]: unknown }) => boolean) {
  for (;;) {
    const next = await frames.get(socket)!.next();
    const { data } = JSON.parse(String(next.value[0]));
    if (wanted(data)) return data;
  }
}

function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve));
}

async function open(options?: ClientOptions): Promise<WebSocket> {
  const socket = dial(undefined, options);
  await frame(socket, ({ event }) => event === 'connected');
  return socket;
}

test('says in its handshake too by which id the call is known', async () => {
  const socket = dial(undefined, { headers: { 'X-Request-Id': 'mine-1' } });
  const [{ headers }] = await once(socket, 'upgrade');
  expect(headers).toMatchObject({
    'x-request-id': 'mine-1',
    'chat-extensions': expect.stringContaining('idempotency'),
  });
  socket.close();
});

test('greets, takes a message and gives the reply', async () => {
  const socket = await open();
  socket.send(JSON.stringify({ type: 'message', content: 'Grüße 🦕' }));
  const reply = await frame(socket, ({ role, event }) => role === 'assistant' && !event);
  expect(reply.content).toBe('Grüße 🦕');
});

test('streams the pieces of a reply to whoever asked for them', async () => {
  const socket = dial(`token=${token}&stream=1`);
  await frame(socket, ({ event }) => event === 'connected');
  socket.send(JSON.stringify({ type: 'message', content: 'one two' }));
  expect((await frame(socket, ({ event }) => event === 'delta')).content).toBe('one');
});

test('a frame that comes along with the handshake is not lost', async () => {
  const socket = dial();
  socket.once('open', () => socket.send(JSON.stringify({ type: 'message', content: 'At once' })));
  expect((await frame(socket, ({ role }) => role === 'user')).content).toBe('At once');
});

test.each([
  ['no token', '', 4401],
  ['a wrong token', 'token=x.y.z', 4401],
  ['two tokens', 'token=a&token=b', 4401],
])('%s is an open socket that is closed with %2$s', async (_what, query, code) => {
  expect(await closeCode(dial(query))).toBe(code);
});

test('a page of another origin is turned away, one of ours or a configured one is not', async () => {
  expect(await closeCode(dial(undefined, { origin: 'https://evil.example' }))).toBe(4403);
  for (const origin of ['https://chat.example.com', url.replace('ws', 'http')]) {
    (await open({ origin })).close();
  }
});

test('the fourth socket is turned away, until one of the three has gone', async () => {
  const sockets = [await open(), await open(), await open()];
  expect(await closeCode(dial())).toBe(4429);
  sockets[0]!.terminate();
  await expect
    .poll(async () => {
      const socket = dial();
      const [first] = await Promise.race([once(socket, 'message'), once(socket, 'close')]);
      socket.terminate();
      return first instanceof Buffer;
    })
    .toBe(true);
  const { body } = await app.inject('/metrics');
  expect(body).toMatch(/chat_limits_hit_total\{limit="sockets"\} [1-9]/);
  expect(body).toMatch(/chat_socket_closes_total\{code="4429"\} [1-9]/);
  for (const socket of sockets) socket.terminate();
});

test('a frame that is too large ends its socket with 1009', async () => {
  const socket = await open();
  socket.send('x'.repeat(1_000_000));
  expect(await closeCode(socket)).toBe(1009);
});

test('the longest message in its longest spelling is not too large', async () => {
  const socket = await open();
  socket.send(`{"type":"message","content":"${'\\ud83e\\udd95'.repeat(8_000)}"}`);
  const echoed = await frame(socket, ({ role }) => role === 'user');
  expect(echoed.content).toBe('🦕'.repeat(8_000));
});

test('what breaks the WebSocket protocol ends that socket and nothing else', async () => {
  const [bad, good] = [await open(), await open()];
  bad.on('error', () => {});
  const closed = closeCode(bad);
  // A reserved bit set: RFC 6455 (5.2) has the connection failed.
  const line = (bad as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
  line.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
  expect(await closed).toBe(1002);
  good.send(JSON.stringify({ type: 'message', content: 'Still here' }));
  expect((await frame(good, ({ role }) => role === 'assistant')).content).toBeDefined();
  good.close();
});

test('a binary frame is answered and the socket lives', async () => {
  const socket = await open();
  socket.send(Buffer.from('{"type":"message","content":"hi"}'));
  expect((await frame(socket, ({ event }) => event === 'error')).content).toMatch(/binary|text/i);
  socket.close();
});

test('nothing is compressed, whatever the client offers', async () => {
  const socket = await open({ perMessageDeflate: true });
  expect(socket.extensions).toBe('');
  socket.close();
});
