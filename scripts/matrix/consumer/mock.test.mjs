// The tests that a consumer writes with the mock, run with one version of MSW on one version of Node.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { ChatClient } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';

const baseUrl = 'https://chat.example.com/support';
const ada = { username: 'ada', password: 's3cret' };
const options = { baseUrl, credentials: ada };
const socketOptions = { backoff: { minDelayMs: 1, maxDelayMs: 5 } };
const ownWebSocket = globalThis.WebSocket;

const mock = createChatMock({ baseUrl, users: [ada] });
const server = setupServer(...mock.handlers);
let client;

before(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  mock.reset();
  mock.reply((message) => `You said ${message}`);
  client = new ChatClient(options);
});
afterEach(() => client.close());
after(() => server.close());

const logins = () => mock.requests.filter(({ route }) => route === 'login').length;

test('a conversation over HTTP', async () => {
  assert.equal((await client.chat.send('Hello')).response, 'You said Hello');
  const contents = [];
  for await (const { content } of client.chat.history()) contents.push(content);
  assert.deepEqual(contents, ['You said Hello', 'Hello']);
  assert.equal(mock.messages('ada').length, 2);
});

test('a conversation over a socket, with a streamed reply', async () => {
  mock.reply(async function* () {
    yield 'Good ';
    yield 'morning';
  });
  const socket = client.connect({ ...socketOptions, stream: true });
  const chunks = [];
  socket.on('delta', ({ content }) => chunks.push(content));
  assert.equal((await socket.ask('Hello')).content, 'Good morning');
  assert.deepEqual(chunks, ['Good ', 'morning']);
  assert.equal(mock.sockets('ada').length, 1);
});

test('expired tokens, without waiting', async () => {
  const socket = client.connect(socketOptions);
  await socket.ask('Hello');
  mock.expireTokens();
  await Promise.all([client.chat.send('One'), client.chat.history(), socket.ask('Two')]);
  assert.equal(logins(), 2);
  mock.advance(2 * 3_600_000);
  await client.chat.send('Much later');
  assert.equal(logins(), 3);
});

test('a rate limit', async () => {
  mock.rateLimit('sendMessage', { retryAfterSeconds: 120, times: 1 });
  await assert.rejects(client.chat.send('Hello'), { code: 'rate_limited', retryAfterMs: 120_000 });
});

test('calls that fail, and one whose response is lost', async () => {
  client = new ChatClient({ ...options, retry: { minDelayMs: 1, maxDelayMs: 2 } });
  await client.chat.history();
  mock.fail('history', { status: 500, times: 1 });
  await assert.rejects(client.chat.history(), { code: 'server_error', status: 500 });
  mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });
  await client.chat.send('Once');
  assert.equal(mock.messages('ada').length, 2);
});

test('sockets that are closed or dropped reconnect', async () => {
  const socket = client.connect(socketOptions);
  const codes = [];
  socket.on('state', ({ code }) => code !== undefined && codes.push(code));
  await socket.ask('One');
  mock.closeSockets();
  await socket.ask('Two');
  mock.dropSockets();
  const recovered = new Promise((resolve) => socket.on('recovered', resolve));
  await mock.push('ada', 'Are you there?');
  assert.deepEqual(await recovered, { count: 1, complete: true });
  assert.deepEqual(codes, [1012, 1006]);
});

test('parallel tests, each in its own boundary', async () => {
  const talk = (name) =>
    server.boundary(async () => {
      const own = createChatMock({ baseUrl, users: [ada] });
      server.use(...own.handlers);
      const ownClient = new ChatClient(options);
      const socket = ownClient.connect(socketOptions);
      await socket.ask(name);
      await ownClient.chat.send(`${name} again`);
      ownClient.close();
      return own
        .messages('ada')
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content);
    })();
  assert.deepEqual(await Promise.all([talk('one'), talk('two')]), [
    ['one', 'one again'],
    ['two', 'two again'],
  ]);
  assert.deepEqual(mock.messages('ada'), []);
});

test('the global WebSocket is replaced only while MSW listens', () => {
  assert.equal(typeof globalThis.WebSocket, 'function');
  server.close();
  assert.equal(globalThis.WebSocket, ownWebSocket);
  server.listen({ onUnhandledRequest: 'error' });
});
