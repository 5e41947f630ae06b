/** @jest-environment jest-fixed-jsdom */
// The recipe of the guide "Testing": Jest with jsdom and the mock.
const { ChatClient } = require('@chat/client');
const { createChatMock } = require('@chat/server/msw');
const { setupServer } = require('msw/node');

const baseUrl = 'https://chat.example.com';
const ada = { username: 'ada', password: 's3cret' };
const mock = createChatMock({ baseUrl, users: [ada] });
const server = setupServer(...mock.handlers);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => mock.reset());
afterAll(() => server.close());

test('a conversation over HTTP and a socket', async () => {
  mock.reply((message) => `You said ${message}`);
  const client = new ChatClient({ baseUrl, credentials: ada });
  expect((await client.chat.send('Hello')).response).toBe('You said Hello');
  expect((await client.connect().ask('And you?')).content).toBe('You said And you?');
  await client.close();
});
