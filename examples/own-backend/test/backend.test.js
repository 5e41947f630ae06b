// @ts-check
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { WebSocket } from 'ws';
import { createBackend } from '../src/backend.js';

const users = { ada: 's3cret', bob: 'hunter2' };
/** @type {ReturnType<typeof createBackend>} */
let backend;

beforeEach(() => start({}));
after(() => backend.crash());

/** @param {Partial<import('../src/backend.js').BackendOptions>} options */
async function start(options) {
  await backend?.crash();
  backend = createBackend({ users, extensions: false, ...options });
  await backend.listen();
}

/**
 * @param {string} route
 * @param {{ token?: string, body?: unknown, raw?: string | Uint8Array<ArrayBuffer> }} [options]
 */
async function call(route, { token, body, raw } = {}) {
  const [method = '', path] = route.split(' ');
  const response = await fetch(`${backend.url}/api/v1${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...((raw ?? body) !== undefined && { body: raw ?? JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function login(username = 'ada', password = 's3cret') {
  const { body } = await call('POST /login', { body: { username, password } });
  return body.access_token;
}

/** @param {string} token */
function connectSocket(token) {
  const socket = new WebSocket(`${backend.url.replace('http', 'ws')}/ws/chat?token=${token}`);
  /** @type {any[]} */
  const frames = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  /** @param {number} count */
  const waitForFrames = async (count) => {
    while (frames.length < count) await once(socket, 'message');
    return frames;
  };
  return { socket, frames, waitForFrames };
}

test('login returns a bearer token, a wrong password is a 401', async () => {
  const good = await call('POST /login', { body: { username: 'ada', password: 's3cret' } });
  assert.equal(good.body.token_type, 'bearer');
  assert.equal(good.body.access_token.split('.').length, 3);
  const wrong = await call('POST /login', { body: { username: 'ada', password: 'nope' } });
  const unknown = await call('POST /login', { body: { username: 'eve', password: '' } });
  assert.equal(wrong.status, 401);
  assert.deepEqual(unknown.body, wrong.body);
  assert.equal(wrong.headers.get('www-authenticate'), 'Bearer');
});

test('the sixth login in a minute is rejected', async () => {
  for (let n = 0; n < 5; n += 1) await login('ada', 'nope');
  const sixth = await call('POST /login', { body: { username: 'ada', password: 's3cret' } });
  assert.equal(sixth.status, 429);
});

test('the response to a message contains the reply and the whole session', async () => {
  const token = await login();
  await call('POST /chat', { token, body: { message: 'one' } });
  const { status, body } = await call('POST /chat', { token, body: { message: 'two' } });
  assert.equal(status, 200);
  assert.equal(body.response, 'You said: two');
  assert.deepEqual(
    body.messages.map(({ role, content }) => `${role}: ${content}`),
    ['user: one', 'assistant: You said: one', 'user: two', 'assistant: You said: two'],
  );
});

test('a response has no field and no header beyond the core', async () => {
  const token = await login();
  const { body, headers } = await call('POST /chat', { token, body: { message: 'hi' } });
  assert.deepEqual(Object.keys(body), ['response', 'messages']);
  assert.deepEqual(Object.keys(body.messages[0]), ['role', 'content', 'timestamp']);
  assert.deepEqual([...headers.keys()].sort(), [
    'connection',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
    'x-request-id',
  ]);
});

test('logout ends the token, its sockets and the session', async () => {
  const token = await login();
  const { socket } = connectSocket(token);
  await once(socket, 'open');
  await call('POST /chat', { token, body: { message: 'before' } });
  const closed = once(socket, 'close');
  const { body } = await call('POST /logout', { token });
  assert.deepEqual(body, { message: 'Successfully logged out' });
  assert.equal((await closed)[0], 4401);
  assert.equal((await call('GET /chat/history', { token })).status, 401);
  const next = await call('POST /chat', { token: await login(), body: { message: 'after' } });
  assert.equal(next.body.messages.length, 2);
});

test('the history is paged, newest first, over all sessions', async () => {
  const token = await login();
  for (const message of ['a', 'b', 'c']) await call('POST /chat', { token, body: { message } });
  const { body } = await call('GET /chat/history?page=2&pageSize=4', { token });
  assert.deepEqual(body.pagination, { total: 6, page: 2, pageSize: 4 });
  assert.deepEqual(
    body.messages.map(({ content }) => content),
    ['You said: a', 'a'],
  );
  const past = await call('GET /chat/history?page=9', { token });
  assert.deepEqual(past.body, { messages: [], pagination: { total: 6, page: 9, pageSize: 20 } });
});

test('the statistics count the messages', async () => {
  await start({ reply: () => 'ok' });
  const token = await login();
  await call('POST /chat', { token, body: { message: 'a' } });
  await call('POST /chat', { token, body: { message: 'b' } });
  const { body: chats } = await call('GET /stats/chat', { token });
  assert.equal(chats.todayChats, 1);
  assert.equal(chats.totalChats, 1);
  assert.equal(chats.satisfactionRate, 0);
  assert.ok(chats.avgResponseTime >= 0);
  const { body: messages } = await call('GET /stats/messages', { token });
  assert.deepEqual(messages, { todayMessages: 4, totalMessages: 4, avgMessagesPerChat: 4 });
});

test('invalid input is a 400 with a detail', async () => {
  const token = await login();
  for (const raw of ['{', 'null', '[]', '"text"', '{"message":1}', '{}', new Uint8Array([0xff])]) {
    const { status, body } = await call('POST /chat', { token, raw });
    assert.equal(status, 400, String(raw));
    assert.equal(typeof body.detail, 'string');
  }
  for (const message of ['', '  ', 'x'.repeat(8001), '\ud800', 'a\0b']) {
    assert.equal((await call('POST /chat', { token, body: { message } })).status, 400);
  }
  for (const query of ['page=0', 'page=1.5', 'page=1&page=2', 'pageSize=x', 'pageSize=101']) {
    assert.equal((await call(`GET /chat/history?${query}`, { token })).status, 400, query);
  }
  assert.deepEqual(backend.messages('ada'), []);
});

test('a missing, forged, expired or foreign token is a 401', async () => {
  await start({ tokenLifetimeSeconds: 0 });
  const expired = await login();
  const [, payload] = expired.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const token of ['', 'x', 'a.b.c', `${none}.${payload}.`, expired]) {
    const { status } = await call('GET /stats/chat', { token });
    assert.equal(status, 401, token);
  }
});

test('an unknown path or method is a 404', async () => {
  assert.equal((await call('GET /nowhere')).status, 404);
  assert.equal((await call('GET /login')).status, 404);
  assert.equal((await call('POST /chat/sessions')).status, 404);
});

test('a failing assistant is a 500 without details, and the message is stored', async (t) => {
  t.mock.method(console, 'error', () => {});
  await start({ reply: () => Promise.reject(new Error('secret path')) });
  const { status, body } = await call('POST /chat', {
    token: await login(),
    body: { message: 'hi' },
  });
  assert.equal(status, 500);
  assert.doesNotMatch(body.detail, /secret/);
  assert.deepEqual(
    backend.messages('ada').map(({ content }) => content),
    ['hi'],
  );
});

test('the 61st message in a minute is rejected, over HTTP and WebSocket', async () => {
  const token = await login();
  const { socket, waitForFrames } = connectSocket(token);
  await once(socket, 'open');
  for (let n = 0; n < 60; n += 1) {
    if (n % 2 === 0) socket.send(JSON.stringify({ type: 'message', content: `${n}` }));
    else assert.equal((await call('POST /chat', { token, body: { message: `${n}` } })).status, 200);
  }
  await waitForFrames(120);
  assert.equal((await call('POST /chat', { token, body: { message: 'more' } })).status, 429);
  socket.send(JSON.stringify({ type: 'message', content: 'more' }));
  const rejection = (await waitForFrames(121)).at(-1);
  assert.equal(rejection.type, 'status');
  assert.match(rejection.data.content, /Too many messages/);
  assert.equal(backend.messages('ada').length, 120);
});

test('all sockets of a user receive each message in the same order, other users receive nothing', async () => {
  const token = await login();
  const otherToken = await login('bob', 'hunter2');
  const mine = [connectSocket(token), connectSocket(token)];
  const other = connectSocket(otherToken);
  await Promise.all([...mine, other].map(({ socket }) => once(socket, 'open')));
  for (const content of ['a', 'b'])
    mine[0]?.socket.send(JSON.stringify({ type: 'message', content }));
  await call('POST /chat', { token, body: { message: 'c' } });
  const [first, second] = await Promise.all(mine.map(({ waitForFrames }) => waitForFrames(6)));
  assert.deepEqual(first, second);
  assert.deepEqual(
    first?.map(({ data }) => data),
    backend.messages('ada'),
  );
  assert.equal(first?.[0].type, 'message');
  assert.deepEqual(other.frames, []);
});

test('a bad frame gets a status frame, and the socket stays open', async () => {
  const { socket, waitForFrames } = connectSocket(await login());
  await once(socket, 'open');
  for (const frame of [
    '{',
    '[]',
    '{"type":"typing"}',
    '{"type":"message","content":1}',
    new Uint8Array(3),
  ]) {
    socket.send(frame);
  }
  socket.send('{"type":"message","content":"hi"}');
  const frames = await waitForFrames(7);
  assert.deepEqual(
    frames.map(({ type }) => type),
    [...Array(5).fill('status'), 'message', 'message'],
  );
});

for (const rejectSockets of /** @type {const} */ (['close', 'http'])) {
  test(`an invalid token and a fourth socket are rejected with ${rejectSockets}`, async () => {
    await start({ rejectSockets });
    const token = await login();
    const three = [connectSocket(token), connectSocket(token), connectSocket(token)];
    await Promise.all(three.map(({ socket }) => once(socket, 'open')));
    assert.deepEqual(
      [await rejectionCode('nonsense'), await rejectionCode(token)],
      {
        close: [4401, 4429],
        http: [401, 429],
      }[rejectSockets],
    );
    three[0]?.socket.close();
    await once(/** @type {WebSocket} */ (three[0]?.socket), 'close');
    await once(connectSocket(token).socket, 'open');
    assert.equal(backend.sockets('ada'), 3);
  });
}

/** @param {string} token */
async function rejectionCode(token) {
  const { socket } = connectSocket(token);
  socket.on('error', () => {});
  /** @type {Promise<number>} */
  const status = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode);
  status.catch(() => {});
  return Promise.race([status, once(socket, 'close').then(([code]) => code)]);
}

test('continues on the same port after a stop or a crash', async () => {
  const token = await login();
  const port = Number(new URL(backend.url).port);
  const { socket } = connectSocket(token);
  await once(socket, 'open');
  await call('POST /chat', { token, body: { message: 'before' } });
  const closed = once(socket, 'close');
  await backend.close();
  assert.equal((await closed)[0], 1012);
  await backend.listen(port);
  const second = connectSocket(token).socket;
  await once(second, 'open');
  const broken = once(second, 'close');
  await backend.crash();
  assert.equal((await broken)[0], 1006);
  await backend.listen(port);
  const { body } = await call('POST /chat', { token, body: { message: 'after' } });
  assert.equal(body.messages.length, 4);
});

test('expireTokens invalidates all tokens and closes their sockets', async () => {
  const token = await login();
  const { socket } = connectSocket(token);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  backend.expireTokens();
  assert.equal((await closed)[0], 4401);
  assert.equal((await call('GET /chat/history', { token })).status, 401);
  assert.equal(await rejectionCode(token), 4401);
});

test('an unused connection does not prevent a stop', async () => {
  const connection = connect(Number(new URL(backend.url).port), '127.0.0.1');
  connection.on('error', () => {});
  await once(connection, 'connect');
  const closed = new Promise((resolve) => connection.once('close', resolve));
  await backend.close();
  await closed;
});

test('a stop ends the reply, and its question stays without one; another reply can be requested', async () => {
  /** @type {AbortSignal[]} */
  const signals = [];
  await start({
    extensions: true,
    reply: (content, _session, signal) =>
      signals.push(signal) > 1 ? `You said: ${content}` : new Promise(() => {}),
  });
  const token = await login();
  const { socket, frames, waitForFrames } = connectSocket(token);
  await waitForFrames(1);
  const sent = call('POST /chat', { token, body: { message: 'Hello' } });
  await waitForFrames(3);
  const [greeting, question, typing] = frames.map(({ data }) => data);
  assert.deepEqual(greeting.features, ['reply-to', 'typing', 'stop']);
  assert.equal(typing.event, 'typing');
  assert.equal(typing.replyTo, question.id);
  socket.send(JSON.stringify({ type: 'stop', id: typing.replyTo }));
  const { body } = await sent;
  assert.equal(body.response, '');
  assert.deepEqual(body.messages, [question]);
  assert.equal(signals[0]?.aborted, true);
  assert.equal((await waitForFrames(4))[3].data.event, 'stopped');
  assert.deepEqual((await call('POST /chat/stop', { token, body: {} })).body, { stopped: false });
  const again = await call('POST /chat/regenerate', { token, body: { messageId: question.id } });
  assert.equal(again.body.response, 'You said: Hello');
  assert.equal(again.body.messages.at(-1).replyTo, question.id);
});
