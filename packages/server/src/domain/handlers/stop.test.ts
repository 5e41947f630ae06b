import type { ServerFrame } from '@chat/contract';
import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { createTestChat } from '../../testing/test-chat.js';

async function startReply(key?: string) {
  const assistant = chunkAssistant();
  const chat = createTestChat({ assistant });
  const ada = await chat.login();
  const response = ada.send('Hello', key === undefined ? {} : { 'idempotency-key': key });
  await assistant.receivedRequests(1);
  const history = async () =>
    (await ada.call('history', { query: { order: 'asc' } })).body.messages;
  const stop = (body?: object) => ada.call('stop', { body });
  return { assistant, chat, ada, response, history, stop };
}

describe('stopping a reply', () => {
  it('stores the text so far as the reply', async () => {
    const { assistant, response, history, stop } = await startReply();
    await assistant.send('One, ');
    await assistant.send('two');
    expect((await stop()).body).toEqual({ stopped: true });
    const [question, reply] = await history();
    expect(reply).toMatchObject({ content: 'One, two', stopped: true, replyTo: question.id });
    expect((await response).body).toMatchObject({
      response: 'One, two',
      messages: [{ content: 'Hello' }, { content: 'One, two', stopped: true }],
    });
  });

  it("aborts the assistant's signal and ignores later chunks", async () => {
    const { assistant, history, stop } = await startReply();
    const { signal } = assistant.requests[0]!;
    await assistant.send('One');
    await stop();
    expect(signal.aborted).toBe(true);
    await assistant.send(', two');
    expect((await history())[1].content).toBe('One');
  });

  it('does not store half of a character', async () => {
    const { assistant, history, stop } = await startReply();
    await assistant.send('Hi \ud83d');
    await stop();
    expect((await history())[1].content).toBe('Hi ');
  });

  it('publishes the stopped reply to the sockets', async () => {
    const { assistant, chat, response, stop } = await startReply();
    await assistant.send('One');
    await stop();
    await response;
    expect(chat.frames().at(-1)).toMatchObject({
      type: 'message',
      data: { role: 'assistant', content: 'One', stopped: true },
    });
  });

  it.each([
    ['the question', (frames: ServerFrame[]) => frames[0]?.data.id],
    ['the reply', (frames: ServerFrame[]) => frames.at(-1)?.data.id],
  ])('works with the id of %s', async (_, idIn) => {
    const { assistant, chat, history, stop } = await startReply();
    await assistant.send('One');
    const messageId = idIn(chat.frames());
    expect((await stop({ messageId })).body).toEqual({ stopped: true });
    expect((await history())[1].stopped).toBe(true);
  });

  it('has no effect with the id of another message', async () => {
    const { assistant, response, stop } = await startReply();
    await assistant.send('One');
    expect((await stop({ messageId: 'another' })).body).toEqual({ stopped: false });
    assistant.end();
    expect((await response).body.messages[1]).not.toHaveProperty('stopped');
  });

  it('has no effect on a finished reply', async () => {
    const { assistant, response, history, stop } = await startReply();
    await assistant.send('One');
    assistant.end();
    await response;
    expect((await stop()).body).toEqual({ stopped: false });
    expect((await history())[1]).not.toHaveProperty('stopped');
  });

  it('stops no reply of another user', async () => {
    const { assistant, chat, response } = await startReply();
    await assistant.send('One');
    const bob = await chat.login('bob');
    expect((await bob.call('stop')).body).toEqual({ stopped: false });
    assistant.end();
    expect((await response).body.response).toBe('One');
  });

  it('is a 400 with an id that is no string', async () => {
    const { assistant, response, stop } = await startReply();
    expect((await stop({ messageId: 7 })).status).toBe(400);
    await assistant.send('One');
    assistant.end();
    await response;
  });
});

describe('a reply that is stopped before it has text', () => {
  it('does not exist: its request responds with an empty response', async () => {
    const { chat, response, history, stop } = await startReply();
    expect((await stop()).body).toEqual({ stopped: true });
    const { status, body } = await response;
    expect(status).toBe(200);
    expect(body).toMatchObject({ response: '', messages: [{ content: 'Hello' }] });
    expect(await history()).toHaveLength(1);
    const [question] = await history();
    expect(chat.frames().at(-1)).toMatchObject({
      type: 'status',
      data: { event: 'stopped', id: question.id },
    });
  });

  it('is not requested again by a repeat with the same key', async () => {
    const { assistant, chat, ada, response, stop } = await startReply('k');
    await stop();
    await response;
    const again = await ada.send('Hello', { 'idempotency-key': 'k' });
    expect(again.body).toMatchObject({ response: '', messages: [{ content: 'Hello' }] });
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(assistant.requests).toHaveLength(1);
    expect(await chat.dependencies.store.check()).toEqual([]);
  });

  it('is followed by the next message', async () => {
    const { assistant, ada, response, stop } = await startReply();
    await stop();
    await response;
    const next = ada.send('And now?');
    await assistant.receivedRequests(2);
    await assistant.send('Yes.');
    assistant.end();
    expect((await next).body.messages.map(({ content }: { content: string }) => content)).toEqual([
      'Hello',
      'And now?',
      'Yes.',
    ]);
  });
});

describe('a stop frame', () => {
  it('stops the reply, with the id of its question and without', async () => {
    for (const withId of [true, false]) {
      const assistant = chunkAssistant();
      const chat = createSocketChat({ assistant });
      const token = await chat.login('ada');
      const peer = await chat.connect({ token });
      peer.sendFrame({ type: 'message', content: 'Hello' });
      await assistant.receivedRequests(1);
      await assistant.send('One');
      const id = peer.frames.find(({ type }) => type === 'message')?.data.id;
      peer.sendFrame(withId ? { type: 'stop', id } : { type: 'stop' });
      await flushTasks();
      expect(peer.frames.at(-1)).toMatchObject({
        type: 'message',
        data: { content: 'One', stopped: true, replyTo: id },
      });
    }
  });

  it('has no effect and no answer without a reply in progress', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const before = peer.frames.length;
    peer.sendFrame({ type: 'stop' });
    await flushTasks();
    expect(peer.frames).toHaveLength(before);
  });
});
