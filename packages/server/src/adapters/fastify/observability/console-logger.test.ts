import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';
import type { Assistant } from '../../../domain/ports/index.js';

const ada = { username: 'ada', password: 'correct-horse' };
let logged: unknown[][];

beforeEach(() => {
  logged = [];
  for (const level of ['warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...args) => void logged.push([level, ...args]));
  }
});

afterEach(() => vi.restoreAllMocks());

/** Sends a message to a server without a logger. Returns the error detail that the caller receives. */
async function sendMessage(assistant: Assistant): Promise<string> {
  const app = await createChatServer({ users: [ada], passwords: cheapHasher, assistant });
  const post = (url: string, payload: object, token = '') =>
    app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${token}` } });
  const { access_token: token } = (await post('/api/v1/login', ada)).json();
  const response = await post('/api/v1/chat', { message: 'my-private-words' }, token);
  await app.close();
  expect(response.statusCode).toBe(500);
  expect(JSON.stringify(logged)).not.toMatch(/correct-horse|my-private-words/);
  expect(JSON.stringify(logged)).not.toContain(token);
  return response.json().detail;
}

test('without a logger, the console shows why the assistant gave no reply', async () => {
  const broken = { reply: () => Promise.reject(new Error('The model is not there.')) };
  expect(await sendMessage(broken)).not.toContain('The model');
  expect(logged).toEqual([
    [
      'warn',
      '[chat server] The assistant gave no reply.',
      expect.objectContaining({
        err: expect.objectContaining({ type: 'Error', message: 'The model is not there.' }),
      }),
    ],
  ]);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [Promise.resolve(7), 'number'],
  [[], 'object'],
])('explains what an assistant must return when it returns %o', async (returned, name) => {
  await sendMessage({ reply: () => returned as never });
  const message = `The assistant's reply must be text, or chunks of text, not ${name}.`;
  const err = expect.objectContaining({ message });
  expect(logged).toEqual([['warn', expect.any(String), expect.objectContaining({ err })]]);
});

test('logs an internal error at level error, and does not log successful requests', async () => {
  const app = await createChatServer({ users: [ada], passwords: cheapHasher });
  app.log.error({ err: new Error('The disk is full.') }, 'A request failed.');
  await app.inject('/nope');
  await app.close();
  expect(logged).toMatchObject([['error', '[chat server] A request failed.', { err: {} }]]);
});
