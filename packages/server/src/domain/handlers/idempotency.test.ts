import { describe, expect, it } from 'vitest';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';

const key = (value: string) => ({ 'idempotency-key': value });

async function stored(user: TestUser): Promise<string[]> {
  const { body } = await user.call('history', { query: { order: 'asc' } });
  return body.messages.map(({ content }: { content: string }) => content);
}

describe('a repeated request with the same Idempotency-Key', () => {
  it('gets the first response again, and nothing is stored', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant(['first', 'second']) });
    const ada = await chat.login();
    const first = await ada.send('Hello', key('k'));
    await ada.send('Something else');
    const again = await ada.send('Hello', key('k'));
    expect(again.body).toEqual(first.body);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(first.headers).not.toHaveProperty('Idempotency-Replayed');
    expect(await stored(ada)).toEqual(['Hello', 'first', 'Something else', 'second']);
  });

  it('gets the two messages when it prefers the minimal response', async () => {
    const ada = await createTestChat().login();
    await ada.send('before');
    await ada.send('Hello', key('k'));
    const again = await ada.send('Hello', { ...key('k'), prefer: 'return=minimal' });
    expect(again.body.messages).toHaveLength(2);
    expect(again.headers).toMatchObject({
      'Idempotency-Replayed': 'true',
      'Preference-Applied': 'return=minimal',
    });
  });

  it('waits for the first request in progress and gets its response', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const calls = [ada.send('Hello', key('k')), ada.send('Hello', key('k'))];
    await assistant.receivedRequests(1);
    assistant.release('Hi!');
    const responses = await Promise.all(calls);
    expect(responses.map(({ body }) => body.response)).toEqual(['Hi!', 'Hi!']);
    expect(responses.filter(({ headers }) => headers['Idempotency-Replayed'])).toHaveLength(1);
    expect(assistant.requests).toHaveLength(1);
    expect(await stored(ada)).toEqual(['Hello', 'Hi!']);
  });

  it('is a 400 with another message', async () => {
    const ada = await createTestChat().login();
    await ada.send('Hello', key('k'));
    const { status, body } = await ada.send('Hello ', key('k'));
    expect({ status, detail: body.detail }).toEqual({
      status: 400,
      detail: 'This idempotency key was used for another message; use a new one.',
    });
    expect(await stored(ada)).toEqual(['Hello', 'Hello']);
  });

  it('counts towards the rate limit', async () => {
    const chat = createTestChat({ limits: { messagesPerWindow: 2 } });
    const ada = await chat.login();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await ada.send('Hello', key('k'))).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('is a new message after 24 hours', async () => {
    const chat = createTestChat();
    await (await chat.login()).send('Hello', key('k'));
    chat.clock.advance(86_399_999);
    const lateAda = await chat.login();
    expect((await lateAda.send('Hello', key('k'))).headers['Idempotency-Replayed']).toBe('true');
    chat.clock.advance(1);
    const { headers, status } = await lateAda.send('Something new', key('k'));
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('Idempotency-Replayed');
    expect(await stored(lateAda)).toHaveLength(4);
  });

  it('of another user is independent', async () => {
    const chat = createTestChat();
    await (await chat.login('ada')).send('Hello', key('k'));
    const { status, headers } = await (await chat.login('bob')).send('Other', key('k'));
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('Idempotency-Replayed');
  });

  it.each(['', 'x'.repeat(256), 'schlüssel', 'a\tb', 'a\u0000'])(
    'is a 400 when the key is invalid (%#)',
    async (value) => {
      const ada = await createTestChat().login();
      const { status, body } = await ada.send('Hello', key(value));
      expect(status).toBe(400);
      expect(body.detail).toBe(
        'Header "Idempotency-Key" must be 1 to 255 printable ASCII characters.',
      );
      expect(await stored(ada)).toEqual([]);
    },
  );

  it('may have any printable ASCII key of 255 characters', async () => {
    const ada = await createTestChat().login();
    const value = ' !"#~'.padEnd(255, 'k');
    await ada.send('Hello', key(value));
    expect((await ada.send('Hello', key(value))).headers['Idempotency-Replayed']).toBe('true');
  });
});

describe('when the assistant fails', () => {
  it('stores the message, reports it, and the same key gets a reply', async () => {
    const chat = createTestChat({
      assistant: scriptedAssistant([new Error('key sk-123 is wrong'), 'Hi!']),
    });
    const ada = await chat.login();
    const failed = await ada.send('Hello', key('k'));
    expect(failed).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(failed.body.detail).toBe(
      'The assistant gave no reply. Your message is stored; send it again with the same Idempotency-Key to get a reply.',
    );
    expect(await stored(ada)).toEqual(['Hello']);
    const resumed = await ada.send('Hello', key('k'));
    expect(resumed).toMatchObject({ status: 200, body: { response: 'Hi!' } });
    expect(resumed.headers).not.toHaveProperty('Idempotency-Replayed');
    expect(await stored(ada)).toEqual(['Hello', 'Hi!']);
    expect((await ada.send('Hello', key('k'))).body).toEqual(resumed.body);
  });

  it('calls the assistant again for a waiting repeated request', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const calls = [ada.send('Hello', key('k')), ada.send('Hello', key('k'))];
    assistant.fail(new Error('overloaded'));
    assistant.release('Hi!');
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 503]);
    expect(await stored(ada)).toEqual(['Hello', 'Hi!']);
  });

  it('stores a message without a key too', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([new Error('overloaded')]) });
    const ada = await chat.login();
    const { status, headers, body } = await ada.send('Hello');
    // No retry hint: a repeated message would be stored twice.
    expect(headers).not.toHaveProperty('Retry-After');
    expect({ status, detail: body.detail }).toEqual({
      status: 500,
      detail: 'The assistant gave no reply. Your message is stored.',
    });
    expect(await stored(ada)).toEqual(['Hello']);
  });

  it('answers an interrupted turn after a restart, in the session of its question', async () => {
    const before = createTestChat({ assistant: heldAssistant() });
    const { store, tokens } = before.dependencies;
    const ada = await before.login();
    // The process is killed while the assistant works: this request never ends.
    void ada.send('Hello', key('k'));
    await (before.dependencies.assistant as ReturnType<typeof heldAssistant>).receivedRequests(1);
    const after = createTestChat({ store, tokens, assistant: scriptedAssistant(['Hi!']) });
    after.clock.advance(1_900_000);
    const again = await after.call('sendMessage', {
      token: ada.token,
      headers: key('k'),
      body: { message: 'Hello' },
    });
    expect(again.body.messages.map(({ content }: { content: string }) => content)).toEqual([
      'Hello',
      'Hi!',
    ]);
    expect(await store.check()).toEqual([]);
  });
});
