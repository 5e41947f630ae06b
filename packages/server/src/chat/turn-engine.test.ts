import { describe, expect, it } from 'vitest';
import { scriptedAssistant } from '../assistant/scripted-assistant.js';
import { heldAssistant } from '../testing/held-assistant.js';
import { createTestChat, settle, type TestChat, type TestUser } from '../testing/test-chat.js';
import type { Assistant } from './ports.js';

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

function shown(chat: TestChat): string[] {
  return chat.frames().map(({ type, data }) => `${data.event ?? type} ${data.content}`);
}

describe('what the user’s sockets see of a turn', () => {
  it('is the message, typing, the pieces, the reply, in this order', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([['Hi ', 'there', '!']]) });
    const ada = await chat.login();
    const { body } = await ada.send('Hello');
    expect(shown(chat)).toEqual([
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

  it('is one piece when the assistant gives its reply as a whole', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant(['Hi!']) });
    await (await chat.login()).send('Hello');
    expect(shown(chat)).toContain('delta Hi!');
  });

  it('is no second message when a failed turn is taken up again', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([new Error('overloaded'), 'Hi!']) });
    const ada = await chat.login();
    await ada.send('Hello', key);
    await ada.send('Hello', key);
    await ada.send('Hello', key);
    // By their ids: what comes twice is shown once.
    const messages = chat.frames().filter(({ type }) => type === 'message');
    const byId = new Map(messages.map(({ data }) => [data.id, data.content]));
    expect([...byId.values()]).toEqual(['Hello', 'Hi!']);
  });
});

describe('a reply', () => {
  it('loses its NULs and lone surrogates, in the pieces as well', async () => {
    const pieces = ['a\u0000b', '\ud83d', '\ude00', '\udc00', '\ud83d'];
    const chat = createTestChat({ assistant: scriptedAssistant([pieces]) });
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
  ])('that %s is a failure', async (_name, reply) => {
    const chat = createTestChat({ assistant: scriptedAssistant([reply]) });
    const ada = await chat.login();
    expect((await ada.send('Hello')).status).toBe(500);
    expect(await contents(ada)).toEqual(['Hello']);
    expect(chat.logs).toMatchObject([{ level: 'warn', text: 'The assistant gave no reply.' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it('that takes too long is given up, and the assistant is told', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant, limits: { assistantTimeoutMs: 5_000 } });
    const ada = await chat.login();
    const answer = ada.send('Hello');
    await assistant.wasAsked(1);
    chat.clock.advance(4_999);
    expect(assistant.asked[0]?.signal.aborted).toBe(false);
    chat.clock.advance(1);
    expect((await answer).status).toBe(500);
    expect(assistant.asked[0]?.signal.aborted).toBe(true);
    assistant.release('too late');
    assistant.release('in time');
    expect((await ada.send('Again')).body.response).toBe('in time');
    expect(await contents(ada)).toEqual(['Hello', 'Again', 'in time']);
  });

  it('that stalls between its pieces is given up as well', async () => {
    let told = false;
    const pieces: AsyncIterator<string> = {
      next: () => (shown(chat).includes('delta Hi ') ? new Promise(() => {}) : first),
      return: async () => {
        told = true;
        return { done: true, value: undefined };
      },
    };
    const first = Promise.resolve({ done: false, value: 'Hi ' });
    const assistant: Assistant = { reply: () => ({ [Symbol.asyncIterator]: () => pieces }) };
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const answer = ada.send('Hello');
    while (!shown(chat).includes('delta Hi ')) await new Promise(setImmediate);
    chat.clock.advance(60_000);
    expect((await answer).status).toBe(500);
    expect(told).toBe(true);
  });
});

async function* brokenOff() {
  yield 'Hi ';
  throw new Error('cut');
}

describe('a caller who goes away', () => {
  it('before the turn began leaves nothing behind', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const first = ada.send('one');
    await assistant.wasAsked(1);
    const caller = new AbortController();
    const second = ada.call('sendMessage', withKey('two', caller.signal));
    caller.abort();
    assistant.release('1');
    await Promise.all([first, second]);
    expect(await contents(ada)).toEqual(['one', '1']);
  });

  it('while the assistant thinks finds the answer under the same key', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const caller = new AbortController();
    const answer = ada.call('sendMessage', withKey('Hello', caller.signal));
    await assistant.wasAsked(1);
    caller.abort();
    expect(assistant.asked[0]?.signal.aborted).toBe(false);
    assistant.release('Hi!');
    await answer;
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

  it('without a key stops the assistant: nobody could ask for that answer again', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const caller = new AbortController();
    const { signal } = caller;
    const answer = ada.call('sendMessage', { body: { message: 'Hello' }, signal });
    await assistant.wasAsked(1);
    caller.abort();
    await answer;
    expect(assistant.asked[0]?.signal.aborted).toBe(true);
    expect(await contents(ada)).toEqual(['Hello']);
  });
});

describe('two instances whose queue failed to hold them apart', () => {
  it('store one reply, and both give it', async () => {
    const slow = heldAssistant();
    const one = createTestChat({ assistant: slow });
    const { store, tokens } = one.dependencies;
    const other = createTestChat({ store, tokens, assistant: scriptedAssistant(['quick']) });
    const ada = await one.login();
    const first = ada.send('Hello', key);
    await slow.wasAsked(1);
    const call = { token: ada.token, headers: key, body: { message: 'Hello' } };
    const second = await other.call('sendMessage', call);
    slow.release('slow');
    expect((await first).body).toEqual(second.body);
    expect(second.body.response).toBe('quick');
    expect(await contents(ada)).toEqual(['Hello', 'quick']);
    expect(shown(one)).toEqual(['message Hello', 'typing The assistant is typing.', 'delta slow']);
  });
});

describe('push', () => {
  it('stores and shows what the assistant says unasked', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await chat.api.push(idOf(ada), 'Are you there?');
    const { messages } = (await ada.call('history')).body;
    expect(messages).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
    expect(chat.frames()).toMatchObject([{ type: 'message', data: { id: messages[0].id } }]);
  });

  it('waits for the turn under way, so that question and answer stay together', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const answer = ada.send('Hello');
    await assistant.wasAsked(1);
    const pushed = chat.api.push(idOf(ada), 'By the way');
    assistant.release('Hi!');
    await Promise.all([answer, pushed]);
    expect(await contents(ada)).toEqual(['Hello', 'Hi!', 'By the way']);
  });

  it('is waited for when the server stops', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { store } = chat.dependencies;
    const transaction = store.transaction.bind(store);
    store.transaction = async (...asked) => {
      await settle();
      return transaction(...asked) as never;
    };
    const pushed = chat.api.push(idOf(ada), 'By the way');
    await chat.api.drain();
    expect((await store.state(idOf(ada))).lastSeq).toBe(1);
    await pushed;
    await expect(chat.api.push(idOf(ada), 'too late')).rejects.toMatchObject({ status: 503 });
  });

  it.each(['', ' ', 'a\u0000', '\ud800'])('refuses what is no message (%#)', async (content) => {
    const chat = createTestChat();
    const ada = await chat.login();
    await expect(chat.api.push(idOf(ada), content)).rejects.toMatchObject({ status: 400 });
  });
});

describe('a hundred turns of three users at once', () => {
  it('leave a store without gaps, and each reply behind its question', async () => {
    const chat = createTestChat({ limits: { messagesPerWindow: 1000 } });
    const users = await Promise.all(['ada', 'bob', 'eve'].map((name) => chat.login(name)));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        users[i % 3]!.send(`${i}`, { 'idempotency-key': `k${i % 90}`, prefer: 'return=minimal' }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    // Keys 0 to 9 come twice with other words, in each user's own namespace.
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
