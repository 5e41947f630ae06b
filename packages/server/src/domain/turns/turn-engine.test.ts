import { describe, expect, it } from 'vitest';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat, settle, type TestChat, type TestUser } from '../../testing/test-chat.js';
import type { Assistant } from '../ports/index.js';

const idOf = (user: TestUser): string => JSON.parse(atob(user.token.split('.')[1]!)).sub;
const key = { 'idempotency-key': 'k' };
const withKey = (message: string, signal: AbortSignal) => ({
  headers: key,
  body: { message },
  signal,
});

async function contents(user: TestUser): Promise<string[]> {
  const { body } = await user.call('history', { query: { order: 'asc' } });
  return body.messages.map(({ content }: { content: string }) => content);
}

function publishedFrames(chat: TestChat): string[] {
  return chat.frames().map(({ type, data }) => `${data.event ?? type} ${data.content}`);
}

describe('the frames of a turn', () => {
  it('are the message, typing, the deltas, the reply, in this order', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([['Hi ', 'there', '!']]) });
    const ada = await chat.login();
    const { body } = await ada.send('Hello');
    expect(publishedFrames(chat)).toEqual([
      'message Hello',
      'typing The assistant is typing.',
      'delta Hi ',
      'delta there',
      'delta !',
      'message Hi there!',
    ]);
    const frames = chat.frames().map(({ data }) => data);
    const [asked, reply] = body.messages;
    expect(frames[0]).toEqual({ ...asked, status: 'sent' });
    expect(frames[1]).toMatchObject({ sessionId: asked.sessionId, replyTo: asked.id });
    expect(frames[5]).toEqual(reply);
    for (const delta of frames.slice(2, 5)) {
      expect(delta).toMatchObject({ id: reply.id, role: 'assistant', sessionId: reply.sessionId });
    }
    const events = chat.events.map(({ event }) => event);
    expect(events.map((event) => event.kind === 'frame' && event.seq)).toEqual([
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      2,
    ]);
    expect(events.filter((event) => event.kind === 'frame' && event.streamOnly)).toHaveLength(3);
  });

  it('have one delta when the assistant returns its reply as a whole', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant(['Hi!']) });
    await (await chat.login()).send('Hello');
    expect(publishedFrames(chat)).toContain('delta Hi!');
  });

  it('have no second message when a failed turn is sent again', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([new Error('overloaded'), 'Hi!']) });
    const ada = await chat.login();
    await ada.send('Hello', key);
    await ada.send('Hello', key);
    await ada.send('Hello', key);
    // Clients de-duplicate frames by message id.
    const messages = chat.frames().filter(({ type }) => type === 'message');
    const byId = new Map(messages.map(({ data }) => [data.id, data.content]));
    expect([...byId.values()]).toEqual(['Hello', 'Hi!']);
  });
});

describe('a reply', () => {
  it('contains no NUL and no lone surrogates, also in the deltas', async () => {
    const chunks = ['a\u0000b', '\ud83d', '\ude00', '\udc00', '\ud83d'];
    const chat = createTestChat({ assistant: scriptedAssistant([chunks]) });
    const { body } = await (await chat.login()).send('Hello');
    expect(body.response).toBe('ab😀\ufffd\ufffd');
    const deltas = chat.frames().filter(({ data }) => data.event === 'delta');
    expect(deltas.map(({ data }) => data.content).join('')).toBe(body.response);
  });

  it.each([
    ['is empty', ''],
    ['is nothing but white space', [' ', '\n']],
    ['is nothing but NUL', '\u0000'],
    ['has no pieces', []],
    ['is no text', () => Promise.resolve(42 as unknown as string)],
    [
      'never comes because of a throw',
      () => {
        throw new Error('overloaded');
      },
    ],
    ['breaks off', brokenOff],
  ])('that %s is an error', async (_name, reply) => {
    const chat = createTestChat({ assistant: scriptedAssistant([reply]) });
    const ada = await chat.login();
    expect((await ada.send('Hello')).status).toBe(500);
    expect(await contents(ada)).toEqual(['Hello']);
    expect(chat.logs).toMatchObject([{ level: 'warn', text: 'The assistant gave no reply.' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it("that takes too long is aborted, with the assistant's signal", async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant, limits: { assistantTimeoutMs: 5_000 } });
    const ada = await chat.login();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    chat.clock.advance(4_999);
    expect(assistant.requests[0]?.signal.aborted).toBe(false);
    chat.clock.advance(1);
    expect((await response).status).toBe(500);
    expect(assistant.requests[0]?.signal.aborted).toBe(true);
    assistant.release('too late');
    assistant.release('in time');
    expect((await ada.send('Again')).body.response).toBe('in time');
    expect(await contents(ada)).toEqual(['Hello', 'Again', 'in time']);
  });

  it('that stalls between chunks is aborted too', async () => {
    let returned = false;
    const chunks: AsyncIterator<string> = {
      next: () => (publishedFrames(chat).includes('delta Hi ') ? new Promise(() => {}) : first),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    };
    const first = Promise.resolve({ done: false, value: 'Hi ' });
    const assistant: Assistant = { reply: () => ({ [Symbol.asyncIterator]: () => chunks }) };
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const response = ada.send('Hello');
    while (!publishedFrames(chat).includes('delta Hi ')) await new Promise(setImmediate);
    chat.clock.advance(60_000);
    expect((await response).status).toBe(500);
    expect(returned).toBe(true);
  });
});

async function* brokenOff() {
  yield 'Hi ';
  throw new Error('cut');
}

describe('a client that disconnects', () => {
  it('before the turn starts leaves nothing stored', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const first = ada.send('one');
    await assistant.receivedRequests(1);
    const caller = new AbortController();
    const second = ada.call('sendMessage', withKey('two', caller.signal));
    caller.abort();
    assistant.release('1');
    await Promise.all([first, second]);
    expect(await contents(ada)).toEqual(['one', '1']);
  });

  it('while the assistant works gets the reply with the same key', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const caller = new AbortController();
    const response = ada.call('sendMessage', withKey('Hello', caller.signal));
    await assistant.receivedRequests(1);
    caller.abort();
    expect(assistant.requests[0]?.signal.aborted).toBe(false);
    assistant.release('Hi!');
    await response;
    const { store } = chat.dependencies;
    const [asked, reply] = await store.messages(idOf(ada), { from: 1, to: 2 });
    expect([asked?.delivered, reply?.delivered]).toEqual([false, false]);
    const again = await ada.send('Hello', key);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(again.body).toMatchObject({
      response: 'Hi!',
      messages: [{ status: 'delivered' }, { status: 'delivered' }],
    });
    const later = await store.messages(idOf(ada), { from: 1, to: 2 });
    expect(later.map(({ delivered }) => delivered)).toEqual([true, true]);
  });

  it('without a key does not stop the reply', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const caller = new AbortController();
    const { signal } = caller;
    const response = ada.call('sendMessage', { body: { message: 'Hello' }, signal });
    await assistant.receivedRequests(1);
    caller.abort();
    expect(assistant.requests[0]?.signal.aborted).toBe(false);
    assistant.release('Hi!');
    await response;
    expect(await contents(ada)).toEqual(['Hello', 'Hi!']);
  });
});

describe('two instances that run the same turn at the same time', () => {
  it('store one reply, and both return it', async () => {
    const slow = heldAssistant();
    const one = createTestChat({ assistant: slow });
    const { store, tokens } = one.dependencies;
    const other = createTestChat({ store, tokens, assistant: scriptedAssistant(['quick']) });
    const ada = await one.login();
    const first = ada.send('Hello', key);
    await slow.receivedRequests(1);
    const call = { token: ada.token, headers: key, body: { message: 'Hello' } };
    const second = await other.call('sendMessage', call);
    slow.release('slow');
    expect((await first).body).toEqual(second.body);
    expect(second.body.response).toBe('quick');
    expect(await contents(ada)).toEqual(['Hello', 'quick']);
    expect(publishedFrames(one)).toEqual([
      'message Hello',
      'typing The assistant is typing.',
      'delta slow',
    ]);
  });
});

describe('push', () => {
  it('stores and publishes a message without a question', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await chat.api.pushMessage(idOf(ada), 'Are you there?');
    const { messages } = (await ada.call('history')).body;
    expect(messages).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
    expect(chat.frames()).toMatchObject([{ type: 'message', data: { id: messages[0].id } }]);
  });

  it('waits for the running turn, so that question and reply stay together', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    const pushed = chat.api.pushMessage(idOf(ada), 'By the way');
    assistant.release('Hi!');
    await Promise.all([response, pushed]);
    expect(await contents(ada)).toEqual(['Hello', 'Hi!', 'By the way']);
  });

  it('delays the shutdown until it is stored', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { store } = chat.dependencies;
    const transaction = store.transaction.bind(store);
    store.transaction = async (...asked) => {
      await settle();
      return transaction(...asked) as never;
    };
    const pushed = chat.api.pushMessage(idOf(ada), 'By the way');
    await chat.api.drain();
    expect((await store.state(idOf(ada))).lastSeq).toBe(1);
    await pushed;
    await expect(chat.api.pushMessage(idOf(ada), 'too late')).rejects.toMatchObject({
      status: 503,
    });
  });

  it.each(['', ' ', 'a\u0000', '\ud800'])('rejects an invalid message (%#)', async (content) => {
    const chat = createTestChat();
    const ada = await chat.login();
    await expect(chat.api.pushMessage(idOf(ada), content)).rejects.toMatchObject({ status: 400 });
  });
});

describe('a hundred concurrent turns of three users', () => {
  it('leave a store without gaps, and each reply after its question', async () => {
    const chat = createTestChat({ limits: { messagesPerWindow: 1000 } });
    const users = await Promise.all(['ada', 'bob', 'eve'].map((name) => chat.login(name)));
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        users[i % 3]!.send(`${i}`, { 'idempotency-key': `k${i % 90}`, prefer: 'return=minimal' }),
      ),
    );
    const statuses = responses.map(({ status }) => status);
    // Keys 0 to 9 are used twice with different messages, in each user's namespace.
    expect(statuses.filter((status) => status === 200)).toHaveLength(90);
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    expect(await chat.dependencies.store.check()).toEqual([]);
    for (const user of users) {
      const all = await user.call('history', { query: { order: 'asc', pageSize: '100' } });
      const messages: { role: string; content: string }[] = all.body.messages;
      expect(messages).toHaveLength(60);
      for (let i = 0; i < messages.length; i += 2) {
        expect(messages[i]).toMatchObject({ role: 'user' });
        expect(messages[i + 1]).toMatchObject({ role: 'assistant', content: messages[i]?.content });
      }
    }
  });
});
