import { setupServer } from 'msw/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createChatMock } from './create-chat-mock.js';
import { createCaller } from './testing/caller.js';
import { ada } from './testing/mock-in-node.js';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterAll(() => server.close());

it('two mocks in one process are independent', async () => {
  const mocks = ['https://one.example.com', 'https://two.example.com'].map((baseUrl) => ({
    ...createCaller(baseUrl),
    mock: createChatMock({ baseUrl, users: [ada] }),
  }));
  const [one, two] = mocks as [(typeof mocks)[0], (typeof mocks)[0]];
  server.use(...one.mock.handlers, ...two.mock.handlers);
  const token = await one.login();
  const clients = [one.openSocket(token), two.openSocket(await two.login())] as const;
  await Promise.all(clients.map((client) => client.next('connected')));
  await one.send(token, 'Hello');
  two.mock.fail('sendMessage', { status: 500 });

  expect(one.mock.messages('ada')).toHaveLength(2);
  expect(two.mock.messages('ada')).toEqual([]);
  expect(two.mock.requests.map(({ route }) => route)).toEqual(['login']);
  expect((await one.send(token, 'Again')).status).toBe(200);
  expect((await two.call('history', { token })).status).toBe(401);
  one.mock.advance(3_600_000);
  one.mock.reset();
  expect(two.mock.sockets('ada')).toHaveLength(1);
  await two.mock.push('ada', 'Still here');
  expect(await clients[1].next('message')).toMatchObject({ content: 'Still here' });
  clients[1].socket.close();
});

it('isolates parallel tests that each have a mock and a boundary', async () => {
  const baseUrl = 'https://chat.example.com';
  const runChat = (name: string) =>
    server.boundary(async () => {
      const mock = createChatMock({ baseUrl, users: [ada] });
      server.use(...mock.handlers);
      const { login, send, openSocket } = createCaller(baseUrl);
      mock.reply(() => `from ${name}`);
      const token = await login();
      const client = openSocket(token);
      await client.next('connected');
      for (let i = 0; i < 3; i += 1) await send(token, `${name} ${i}`);
      await client.next('message');
      const received = await client.next('message');
      const sockets = mock.sockets('ada').length;
      client.socket.close();
      return {
        contents: mock.messages('ada').map(({ content }) => content),
        received: received.content,
        sockets,
      };
    })();
  const [one, two] = await Promise.all([runChat('one'), runChat('two')]);
  const turns = (name: string) => [0, 1, 2].flatMap((i) => [`${name} ${i}`, `from ${name}`]);
  expect(one).toEqual({ contents: turns('one'), received: 'from one', sockets: 1 });
  expect(two).toEqual({ contents: turns('two'), received: 'from two', sockets: 1 });
});

describe.each([
  'https://chat.example.com',
  'https://chat.example.com/',
  'https://CHAT.example.com:443/support',
  'https://chat.example.com/support/',
  'http://localhost:4010/v2',
  'http://127.0.0.1:8080',
  'https://chat.example.com/a(b)/c:d/e*f',
  'https://chat.example.com/caf%C3%A9',
])('under %s', (baseUrl) => {
  it('responds to requests and accepts sockets', async () => {
    const mock = createChatMock({ baseUrl, users: [ada] });
    server.resetHandlers(...mock.handlers);
    const { login, send, openSocket } = createCaller(baseUrl.replace(/\/$/, ''));
    const token = await login();
    expect((await send(token, 'Hello')).status).toBe(200);
    const client = openSocket(token);
    expect(await client.next('connected')).toBeDefined();
    client.socket.close();
    await client.closed;
  });
});

it('handles only requests under its URL', async () => {
  const mock = createChatMock({ baseUrl: 'https://chat.example.com/support', users: [ada] });
  server.resetHandlers(...mock.handlers);
  vi.spyOn(console, 'error').mockReturnValue();
  for (const url of [
    'https://chat.example.com/api/v1/chat/history',
    'https://chat.example.com/SUPPORT/api/v1/chat/history',
    'https://chat.example.com/support/api/v10/chat/history',
    'http://chat.example.com/support/api/v1/chat/history',
    'https://chat.example.com.evil.test/support/api/v1/chat/history',
  ]) {
    await expect(fetch(url), url).rejects.toThrow('Cannot bypass');
  }
  expect(mock.requests).toEqual([]);
});
