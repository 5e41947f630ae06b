import type { Message } from '@chat/contract';
import { describe, expect, it } from 'vitest';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat, noon } from '../../testing/test-chat.js';

const contents = (messages: Message[]) => messages.map(({ content }) => content);
const minimal = { prefer: 'return=minimal' };

describe('POST /chat', () => {
  it('returns the reply and the whole session, oldest first', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant(['Hi!', 'Fine.']) });
    const ada = await chat.login();
    await ada.send('Hello');
    chat.clock.advance(1234);
    const { body, status } = await ada.send('How are you?');
    expect(status).toBe(200);
    expect(body.response).toBe('Fine.');
    expect(contents(body.messages)).toEqual(['Hello', 'Hi!', 'How are you?', 'Fine.']);
    const sessionId = body.messages[0].sessionId;
    expect(body.messages[2]).toEqual({
      role: 'user',
      content: 'How are you?',
      timestamp: '2026-01-01T12:00:01.234Z',
      id: expect.any(String),
      sessionId,
      status: 'delivered',
    });
    expect(body.messages[3]).toMatchObject({ role: 'assistant', sessionId, status: 'delivered' });
    expect(new Set(body.messages.map(({ id }: Message) => id)).size).toBe(4);
  });

  it('stores the message before it calls the assistant', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    expect(contents((await ada.call('history')).body.messages)).toEqual(['Hello']);
    assistant.release('Hi!');
    await response;
    expect(contents((await ada.call('history')).body.messages)).toEqual(['Hi!', 'Hello']);
  });

  it('processes concurrent messages of one user in order, without blocking another user', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login('ada');
    const bob = await chat.login('bob');
    const first = ada.send('one');
    await assistant.receivedRequests(1);
    const second = ada.send('two');
    const others = bob.send('three');
    await assistant.receivedRequests(2);
    expect(assistant.requests.map(({ messages }) => messages.at(-1)?.content)).toEqual([
      'one',
      'three',
    ]);
    for (const reply of ['1', '3', '2']) assistant.release(reply);
    expect(contents((await second).body.messages)).toEqual(['one', '1', 'two', '2']);
    expect(contents((await first).body.messages)).toEqual(['one', '1']);
    expect(contents((await others).body.messages)).toEqual(['three', '3']);
  });

  it('rejects a turn when too many are waiting, and accepts one later', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant, limits: { maxQueuedTurns: 1 } });
    const ada = await chat.login();
    const taken = [ada.send('one')];
    await assistant.receivedRequests(1);
    taken.push(ada.send('two'));
    const rejected = await ada.send('three');
    expect(rejected).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    assistant.release('1');
    assistant.release('2');
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200]);
    assistant.release('3');
    expect((await ada.send('three')).body.response).toBe('3');
  });

  it('keeps timestamps in order when the clock is set back', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.send('one');
    chat.clock.set(noon - 5_000);
    const { body } = await ada.send('two');
    const times = body.messages.map(({ timestamp }: Message) => timestamp);
    expect(times).toEqual(new Array(4).fill('2026-01-01T12:00:00.000Z'));
  });

  it('returns only the messages of the user', async () => {
    const chat = createTestChat();
    const ada = await chat.login('ada');
    const bob = await chat.login('bob');
    await ada.send('mine');
    expect(contents((await bob.send('yours')).body.messages)).toEqual(['yours', 'yours']);
  });
});

describe('Prefer: return=minimal', () => {
  it('returns only the two new messages and Preference-Applied', async () => {
    const ada = await createTestChat().login();
    await ada.send('one');
    const { body, headers } = await ada.send('two', minimal);
    expect(contents(body.messages)).toEqual(['two', 'two']);
    expect(headers['Preference-Applied']).toBe('return=minimal');
  });

  it.each([
    'Return = Minimal',
    'respond-async, return=minimal; foo=1',
    'return="minimal"',
    'return=minimal, return=representation',
  ])('is recognized in %s', async (prefer) => {
    const ada = await createTestChat().login();
    expect((await ada.send('x', { prefer })).headers['Preference-Applied']).toBeDefined();
  });

  it.each([
    'return=representation',
    'xreturn=minimal',
    'return=minimalist',
    '',
    'return=representation, return=minimal',
  ])('is not recognized in %j', async (prefer) => {
    const ada = await createTestChat().login();
    await ada.send('one');
    const { body, headers } = await ada.send('two', { prefer });
    expect(body.messages).toHaveLength(4);
    expect(headers).not.toHaveProperty('Preference-Applied');
  });

  it('reads the same number of messages of a long and a short session', async () => {
    const chat = createTestChat({
      limits: { messagesPerWindow: Number.POSITIVE_INFINITY },
      assistant: { contextMessages: 3, reply: async () => 'y' },
    });
    const ada = await chat.login();
    const { store } = chat.dependencies;
    const reads: unknown[] = [];
    const transaction = store.transaction.bind(store);
    store.transaction = (userId, work, wanted) => {
      reads.push(wanted?.newestMessages);
      return transaction(userId, work, wanted);
    };
    store.messages = () => Promise.reject(new Error('another read'));
    for (let turn = 0; turn < 60; turn += 1) {
      expect((await ada.send('x', minimal)).status).toBe(200);
    }
    // The assistant receives two messages in addition to the new one, in the transaction that stores it.
    expect(new Set(reads)).toEqual(new Set([2, undefined]));
  });
});

describe('the messages for the assistant', () => {
  it('are the newest of the session, oldest first, and at most contextMessages', async () => {
    const assistant = heldAssistant(3);
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    for (const text of ['one', 'two', 'three']) {
      assistant.release(`re: ${text}`);
      await ada.send(text);
    }
    expect(
      assistant.requests.map(({ messages }) => messages.map(({ content }) => content)),
    ).toEqual([['one'], ['one', 're: one', 'two'], ['two', 're: two', 'three']]);
    expect(assistant.requests[2]?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
    ]);
  });
});
