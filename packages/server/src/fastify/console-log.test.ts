import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cheapHasher } from '../auth/cheap-hasher.js';
import type { Assistant } from '../chat/ports.js';
import { createChatServer } from '../create-chat-server.js';

const ada = { username: 'ada', password: 'correct-horse' };
let told: unknown[][];

beforeEach(() => {
  told = [];
  for (const level of ['warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...said) => void told.push([level, ...said]));
  }
});

afterEach(() => vi.restoreAllMocks());

/** Says something to a server without a logger, and what its caller is told. */
async function say(assistant: Assistant): Promise<string> {
  const app = await createChatServer({ users: [ada], passwords: cheapHasher, assistant });
  const post = (url: string, payload: object, token = '') =>
    app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${token}` } });
  const { access_token: token } = (await post('/api/v1/login', ada)).json();
  const answer = await post('/api/v1/chat', { message: 'my-private-words' }, token);
  await app.close();
  expect(answer.statusCode).toBe(500);
  expect(JSON.stringify(told)).not.toMatch(/correct-horse|my-private-words/);
  expect(JSON.stringify(told)).not.toContain(token);
  return answer.json().detail;
}

test('without a logger the console says why an assistant gave no reply', async () => {
  const broken = { reply: () => Promise.reject(new Error('The model is not there.')) };
  expect(await say(broken)).not.toContain('The model');
  expect(told).toEqual([
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
])('an assistant that gives %o is told what to give', async (given, name) => {
  await say({ reply: () => given as never });
  const message = `The assistant's reply must be text, or pieces of text, not ${name}.`;
  const err = expect.objectContaining({ message });
  expect(told).toEqual([['warn', expect.any(String), expect.objectContaining({ err })]]);
});

test('a failure of ours is an error there, and what goes well is not worth a line', async () => {
  const app = await createChatServer({ users: [ada], passwords: cheapHasher });
  app.log.error({ err: new Error('The disk is full.') }, 'A request failed.');
  await app.inject('/nope');
  await app.close();
  expect(told).toMatchObject([['error', '[chat server] A request failed.', { err: {} }]]);
});
