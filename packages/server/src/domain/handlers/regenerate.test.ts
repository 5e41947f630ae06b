import { describe, expect, it } from 'vitest';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { createTestChat, type TestChatOptions } from '../../testing/test-chat.js';
import { changePassword } from '../auth/change-password.js';

interface TestMessage {
  readonly id: string;
  readonly content: string;
  readonly sessionId: string;
  readonly replyTo?: string;
}

/** A user with a question and its reply. Each reply has the next number. */
async function askedOnce(options: TestChatOptions = {}) {
  const asked: string[][] = [];
  const assistant = {
    reply: async ({ messages }: { messages: readonly { content: string }[] }) => {
      asked.push(messages.map(({ content }) => content));
      return `reply ${asked.length}`;
    },
  };
  const chat = createTestChat({ assistant, ...options });
  const ada = await chat.login();
  const [question, reply]: TestMessage[] = (await ada.send('Hello')).body.messages;
  const regenerate = (messageId: unknown, headers: Record<string, string> = {}) =>
    ada.call('regenerate', { body: { messageId }, headers });
  const history = async (): Promise<TestMessage[]> =>
    (await ada.call('history', { query: { order: 'asc' } })).body.messages;
  return { chat, ada, asked, question: question!, reply: reply!, regenerate, history };
}

describe('another reply', () => {
  it.each(['question', 'reply'] as const)('is requested with the id of the %s', async (role) => {
    const { regenerate, history, ...messages } = await askedOnce();
    const response = await regenerate(messages[role].id);
    expect(response.status).toBe(200);
    expect(response.body.response).toBe('reply 2');
    const stored = await history();
    expect(stored.map(({ content }) => content)).toEqual(['Hello', 'reply 1', 'reply 2']);
    expect(stored.map(({ replyTo }) => replyTo)).toEqual([
      undefined,
      messages.question.id,
      messages.question.id,
    ]);
    expect(response.body.messages).toEqual(stored);
  });

  it('is generated from the messages up to the question', async () => {
    const { ada, asked, question, regenerate } = await askedOnce();
    await ada.send('And now?');
    await regenerate(question.id);
    expect(asked).toEqual([['Hello'], ['Hello', 'reply 1', 'And now?'], ['Hello']]);
  });

  it('is generated without the messages of earlier sessions', async () => {
    const { chat, ada, asked, regenerate } = await askedOnce();
    chat.clock.advance(1_800_001);
    const [question]: TestMessage[] = (await ada.send('Good morning')).body.messages;
    await ada.send('And now?');
    await regenerate(question!.id);
    expect(asked.at(-1)).toEqual(['Good morning']);
  });

  it('is published to the sockets, and the question is not published again', async () => {
    const { chat, question, regenerate } = await askedOnce();
    const before = chat.frames().length;
    await regenerate(question.id);
    const frames = chat.frames().slice(before);
    const messages = frames.filter(({ type }) => type === 'message');
    expect(messages.map(({ data }) => [data.content, data.replyTo])).toEqual([
      ['reply 2', question.id],
    ]);
    expect(frames.map(({ data }) => data.event)).toContain('delta');
    const typing = frames.find(({ data }) => data.event === 'typing');
    expect(typing?.data.replyTo).toBe(question.id);
  });

  it('is replayed with the same key', async () => {
    const { asked, question, regenerate, history, chat } = await askedOnce();
    const key = { 'idempotency-key': 'k' };
    const first = await regenerate(question.id, key);
    const again = await regenerate(question.id, key);
    expect(again.body.response).toBe(first.body.response);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(asked).toHaveLength(2);
    expect(await history()).toHaveLength(3);
    expect(await chat.dependencies.store.check()).toEqual([]);
  });

  it('is not the first reply when the message was sent with the same key', async () => {
    const { ada, regenerate } = await askedOnce();
    const key = { 'idempotency-key': 'k' };
    const { body } = await ada.send('With a key', key);
    const again = await regenerate(body.messages.at(-1).id, key);
    expect(again.body.response).toBe('reply 3');
  });

  it('is a 400 when the key was used for another question', async () => {
    const { ada, question, regenerate } = await askedOnce();
    const key = { 'idempotency-key': 'k' };
    await regenerate(question.id, key);
    const other: TestMessage = (await ada.send('And now?')).body.messages.at(-2);
    expect((await regenerate(other.id, key)).status).toBe(400);
  });

  it('belongs to the current session when its question is in an earlier one', async () => {
    const { ada, question, regenerate } = await askedOnce();
    const { session } = (await ada.call('newSession')).body;
    const { body } = await regenerate(question.id);
    expect(body.messages).toMatchObject([{ content: 'reply 2', sessionId: session.id }]);
  });

  it('does not exceed the limit of a session', async () => {
    const { question, regenerate } = await askedOnce({ limits: { sessionMaxMessages: 3 } });
    const second = (await regenerate(question.id)).body;
    expect(second.messages).toHaveLength(3);
    const third = (await regenerate(question.id)).body;
    expect(third.messages).toMatchObject([{ content: 'reply 3' }]);
  });

  it('counts towards the rate limit', async () => {
    const { question, regenerate } = await askedOnce({ limits: { messagesPerWindow: 2 } });
    expect((await regenerate(question.id)).status).toBe(200);
    expect((await regenerate(question.id)).status).toBe(429);
  });

  it('can be stopped', async () => {
    const assistant = chunkAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const first = ada.send('Hello');
    await assistant.receivedRequests(1);
    await assistant.send('One');
    assistant.end();
    const [question] = (await first).body.messages;
    const second = ada.call('regenerate', { body: { messageId: question.id } });
    await assistant.receivedRequests(2);
    await assistant.send('Two');
    expect((await ada.call('stop')).body).toEqual({ stopped: true });
    expect((await second).body.messages.at(-1)).toMatchObject({ content: 'Two', stopped: true });
  });
});

describe('a regeneration is rejected', () => {
  it.each([
    ['an unknown message', 'unknown', 404],
    ['text that is no id', '\u0000', 404],
    ['a number', 7, 400],
    ['nothing', undefined, 400],
  ])('of %s', async (_, messageId, status) => {
    const { regenerate } = await askedOnce();
    expect((await regenerate(messageId)).status).toBe(status);
  });

  it('with a token of a password that was just changed', async () => {
    const { chat, question, regenerate, asked } = await askedOnce();
    await changePassword(chat.dependencies, { username: 'ada', password: 'another' });
    expect((await regenerate(question.id)).status).toBe(401);
    expect(asked).toHaveLength(1);
  });

  it('of a message of another user', async () => {
    const { chat, question } = await askedOnce();
    const bob = await chat.login('bob');
    const response = await bob.call('regenerate', { body: { messageId: question.id } });
    expect(response.status).toBe(404);
  });

  it('of a message of the assistant without a question', async () => {
    const { chat, ada, regenerate, history } = await askedOnce();
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    await chat.api.pushMessage(sub, 'Are you there?');
    expect((await regenerate((await history()).at(-1)!.id)).status).toBe(400);
  });
});
