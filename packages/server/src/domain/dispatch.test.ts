import { describe, expect, it } from 'vitest';
import { heldAssistant } from '../testing/held-assistant.js';
import { createTestChat } from '../testing/test-chat.js';
import { StoreUnavailableError } from './errors.js';

describe('every response', () => {
  it('must not be cached', async () => {
    const chat = createTestChat();
    const good = await (await chat.login()).call('chatStats');
    const bad = await chat.call('chatStats');
    for (const response of [good, bad]) expect(response.headers['Cache-Control']).toBe('no-store');
  });
});

describe('invalid input', () => {
  it.each([
    ['no body', undefined, 'The request body must be a JSON object.'],
    ['null', null, 'The request body must be a JSON object.'],
    ['an array', [], 'The request body must be a JSON object.'],
    ['a text', 'text', 'The request body must be a JSON object.'],
    ['an empty object', {}, 'Field "message" is missing: it must be a string.'],
    ['a number', { message: 1 }, 'Field "message" must be a string.'],
    ['null as message', { message: null }, 'Field "message" must be a string.'],
    ['an array as message', { message: ['a'] }, 'Field "message" must be a string.'],
    ['an empty message', { message: '' }, 'Field "message" must not be empty.'],
    ['white space alone', { message: ' \n\t ' }, 'Field "message" must not be empty.'],
    [
      '8,001 characters',
      { message: 'x'.repeat(8001) },
      'Field "message" must be at most 8000 characters long.',
    ],
    [
      'NUL',
      { message: 'a\u0000b' },
      'Field "message" must not contain the NUL character (U+0000).',
    ],
    [
      'a lone surrogate',
      { message: 'a\ud800b' },
      'Field "message" must be well-formed Unicode: it contains a lone surrogate.',
    ],
    [
      'a message in the prototype',
      JSON.parse('{"__proto__":{"message":"x"}}'),
      'Field "message" is missing: it must be a string.',
    ],
  ])(
    '%s is a 400, is not stored and does not count towards the rate limit',
    async (_name, body, detail) => {
      const chat = createTestChat({ limits: { messagesPerWindow: 1 } });
      const ada = await chat.login();
      const rejected = await ada.call('sendMessage', { body });
      expect(rejected).toMatchObject({ status: 400, body: { detail } });
      expect((await ada.call('messageStats')).body.totalMessages).toBe(0);
      expect((await ada.send('Hello')).status).toBe(200);
    },
  );

  it.each([
    ['8,000 emoji', '😀'.repeat(8000)],
    ['8,000 characters in white space', ` ${'x'.repeat(8000)}\n`],
    ['right-to-left text, combining marks and code', '\u202eשלום\u202c e\u0301 `a\\b` \u0001'],
  ])('%s is valid and is returned unchanged', async (_name, message) => {
    const ada = await createTestChat().login();
    const { body } = await ada.send(message);
    expect(body.messages.map((each: { content: string }) => each.content)).toEqual([
      message,
      message,
    ]);
  });

  it('ignores unknown fields', async () => {
    const ada = await createTestChat().login();
    const body = { message: 'Hello', role: 'assistant', sessionId: 'x' };
    expect((await ada.call('sendMessage', { body })).body.messages[0].role).toBe('user');
  });
});

describe('an unexpected error', () => {
  it('is a 500 without internal details, and is logged with the request id', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    chat.dependencies.store.state = () => Promise.reject(new Error('SELECT * FROM /var/chat.db'));
    const response = await ada.call('chatStats', { id: 'r1' });
    expect(response.status).toBe(500);
    expect(Object.keys(response.body)).toEqual(['detail']);
    expect(response.body.detail).not.toMatch(/SELECT|chat\.db|Error/);
    expect(chat.logs.at(-1)).toMatchObject({
      level: 'error',
      fields: { requestId: 'r1', route: 'chatStats' },
    });
  });

  it('is a 503 with Retry-After while the store is unavailable', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    chat.dependencies.store.position = () => Promise.reject(new StoreUnavailableError('locked'));
    const response = await ada.call('history');
    expect(response).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(response.body.detail).not.toContain('locked');
  });
});

describe('a stopping server', () => {
  it('rejects new requests with 503 and finishes those in flight', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const inFlight = [ada.send('one'), ada.send('two')];
    await assistant.receivedRequests(1);
    let stopped = false;
    const drained = chat.api.drain().then(() => {
      stopped = true;
    });
    const rejected = await ada.call('history');
    expect(rejected).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    assistant.release('1');
    await assistant.receivedRequests(2);
    expect(stopped).toBe(false);
    assistant.release('2');
    const responses = await Promise.all(inFlight);
    expect(responses.map(({ body }) => body.response)).toEqual(['1', '2']);
    await drained;
    expect(chat.clock.pending).toBe(0);
  });
});
