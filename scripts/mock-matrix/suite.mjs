// What a consumer's suite does with the mock. Copied into a project with the packed packages and one version of MSW,
// and run there by one version of Node.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { ChatClient } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';

const baseUrl = 'https://chat.example.com/support';
const ada = { username: 'ada', password: 's3cret' };
const options = { baseUrl, credentials: ada };
const socketOptions = { backoff: { minMs: 1, maxMs: 5 } };
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

test('a conversation over a socket, with its reply in pieces', async () => {
  mock.reply(async function* () {
    yield 'Good ';
    yield 'morning';
  });
  const socket = client.connect({ ...socketOptions, stream: true });
  const pieces = [];
  socket.on('delta', ({ content }) => pieces.push(content));
  assert.equal((await socket.ask('Hello')).content, 'Good morning');
  assert.deepEqual(pieces, ['Good ', 'morning']);
  assert.equal(mock.sockets('ada').length, 1);
});

test('tokens that expire, without a wait', async () => {
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
  mock.rateLimit('sendMessage', { retryAfter: 120, times: 1 });
  await assert.rejects(client.chat.send('Hello'), { code: 'rate_limited', retryAfterMs: 120_000 });
});

test('calls that fail, and one whose answer got lost', async () => {
  client = new ChatClient({ ...options, retry: { minDelayMs: 1, maxDelayMs: 2 } });
  await client.chat.history();
  mock.fail('history', { status: 500, times: 1 });
  await assert.rejects(client.chat.history(), { code: 'server_error', status: 500 });
  mock.fail('sendMessage', { network: true, afterwards: true, times: 1 });
  await client.chat.send('Once');
  assert.equal(mock.messages('ada').length, 2);
});

test('sockets that are closed, dropped, and come back', async () => {
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

test('parallel tests in boundaries of their own', async () => {
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

test('the global WebSocket is there while MSW listens, and as it was afterwards', () => {
  assert.equal(typeof globalThis.WebSocket, 'function');
  server.close();
  assert.equal(globalThis.WebSocket, ownWebSocket);
  server.listen({ onUnhandledRequest: 'error' });
});
