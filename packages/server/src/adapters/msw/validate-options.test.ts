import { setupServer } from 'msw/node';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createChatMock } from './create-chat-mock.js';
import { createCaller } from './testing/caller.js';
import { ada } from './testing/mock-in-node.js';

const baseUrl = 'https://chat.example.com';

it.each([
  ['baseUrl', { baseUrl: 'chat.example.com' }],
  ['baseUrl', { baseUrl: 'wss://chat.example.com' }],
  ['baseUrl', { baseUrl: '/api' }],
  ['baseUrl', { baseUrl: undefined }],
  ['baseUrl', { baseUrl: 'https://chat.example.com/?a=1' }],
  ['"/api/v1", which is added', { baseUrl: `${baseUrl}/api/v1/` }],
  [
    'Option "limit" is unknown: expected one of baseUrl, users, limits, now, replay.',
    { limit: {} },
  ],
  ['baseUrl', { baseUrl: 'https://user:password@chat.example.com' }],
  ['users', { users: undefined }],
  ['users', { users: [{ username: 'ada' }] }],
  ['users', { users: [null] }],
  ['users', { users: [{ username: '', password: 'x' }] }],
  ['users', { users: [{ username: 'ada', password: '' }] }],
  ['users', { users: [ada, ada] }],
  ['limits', { limits: { messagePerWindow: 1 } }],
  ['limits.messagesPerWindow', { limits: { messagesPerWindow: -1 } }],
  ['limits.windowMs', { limits: { windowMs: '60000' } }],
  ['now', { now: Number.NaN }],
])('names the invalid option: %s %o', (name, options) => {
  const make = () => createChatMock({ baseUrl, users: [ada], ...(options as object) });
  expect(make).toThrow(TypeError);
  expect(make).toThrow(name);
});

it('lists the options when it is called without any', () => {
  expect(() => createChatMock(undefined as never)).toThrow(
    'Options are invalid: expected an object with baseUrl, users, limits, now, replay, received undefined.',
  );
});

it('does not repeat a password when it rejects a user', () => {
  const users = [{ username: '', password: 'a-secret-of-mine' }];
  expect(() => createChatMock({ baseUrl, users })).toThrow(/^(?!.*a-secret-of-mine).*$/);
});

it('accepts the longest message with any JSON escaping', async () => {
  const limits = { contentMaxLength: 60_000 };
  const mock = createChatMock({ baseUrl, users: [ada], limits });
  const server = setupServer(...mock.handlers);
  server.listen();
  try {
    const { call, login } = createCaller(baseUrl);
    const token = await login();
    const rawBody = `{"message":"${'\\ud83d\\ude00'.repeat(60_000)}"}`;
    const headers = { 'content-type': 'application/json' };
    const response = await call('sendMessage', { token, headers, rawBody });
    expect(response.status).toBe(200);
    const tooLarge = await call('sendMessage', { token, headers, rawBody: ' '.repeat(800_000) });
    expect(tooLarge.status).toBe(413);
  } finally {
    server.close();
  }
});

it('applies custom limits', async () => {
  const limits = { messagesPerWindow: 1, windowMs: 1_000, tokenLifetimeMs: 10_000 };
  const mock = createChatMock({ baseUrl, users: [ada], limits });
  const server = setupServer(...mock.handlers);
  server.listen();
  try {
    const { call, login, send } = createCaller(baseUrl);
    const token = await login();
    expect((await send(token, 'One')).status).toBe(200);
    expect((await send(token, 'Two')).status).toBe(429);
    mock.advance(1_000);
    expect((await send(token, 'Two')).status).toBe(200);
    mock.advance(9_000);
    expect((await call('history', { token })).status).toBe(401);
  } finally {
    server.close();
  }
});

it('explains that an environment without WebCrypto cannot run the mock', () => {
  vi.stubGlobal('crypto', {});
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(() => createChatMock({ baseUrl, users: [ada] })).toThrow('crypto.subtle');
});
