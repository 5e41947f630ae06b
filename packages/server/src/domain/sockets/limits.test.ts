import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { StoreUnavailableError } from '../errors.js';

const questions = (history: { role: string; content: string }[]) =>
  history.filter(({ role }) => role === 'user').map(({ content }) => content);

describe('too many messages', () => {
  it('get a notice with the frame id and the time to wait, and are not stored', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 2 } });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'one' });
    await flushTasks();
    await chat.advance(10_000);
    for (const content of ['two', 'three'])
      peer.sendFrame({ type: 'message', content, id: content });
    await flushTasks();
    expect(peer.events('rate_limited')).toEqual([
      {
        role: 'system',
        event: 'rate_limited',
        content: expect.stringMatching(/too many messages/),
        timestamp: '2026-01-01T12:00:10.000Z',
        retryAfterMs: 50_000,
        id: 'three',
      },
    ]);
    expect(await chat.history(token)).toHaveLength(4);
    await chat.advance(50_000);
    peer.sendFrame({ type: 'message', content: 'three', id: 'three' });
    await flushTasks();
    expect(await chat.history(token)).toHaveLength(6);
  });

  it('are counted together with those over REST and other sockets', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 3 } });
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.sendFrame({ type: 'message', content: 'one' });
    second.sendFrame({ type: 'message', content: 'two' });
    await flushTasks();
    expect((await chat.post(token, 'three')).status).toBe(200);
    expect((await chat.post(token, 'four')).status).toBe(429);
    second.sendFrame({ type: 'message', content: 'five' });
    await flushTasks();
    expect(second.events('rate_limited')).toHaveLength(1);
    expect(first.events('rate_limited')).toEqual([]);
  });

  it('do not include invalid frames', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 1 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 5; sent += 1) peer.sendFrame('bad');
    peer.sendFrame({ type: 'message', content: 'good' });
    await flushTasks();
    expect(peer.messages).toHaveLength(2);
  });

  it('that wait for a reply are rejected, however fast they are sent', async () => {
    const chat = createSocketChat({
      assistant: { reply: () => new Promise(() => {}) },
      limits: { maxQueuedTurns: 8, messagesPerWindow: Number.POSITIVE_INFINITY },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    for (let sent = 0; sent < 1_000; sent += 1) {
      peer.sendFrame({ type: 'message', content: 'again', id: `frame-${sent}` });
    }
    await flushTasks();
    const notices = peer.events('rate_limited');
    expect(notices).toHaveLength(992);
    expect(notices[0]).toMatchObject({ id: 'frame-8', retryAfterMs: expect.any(Number) });
    expect(await chat.history(token)).toHaveLength(1);
  });
});

describe('a rejected message', () => {
  it('blocks later messages until it is sent again', async () => {
    const assistant = heldAssistant();
    const limits = { maxQueuedTurns: 2, messagesPerWindow: Number.POSITIVE_INFINITY };
    const chat = createSocketChat({ assistant, limits });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const send = async (...ids: string[]) => {
      for (const id of ids) peer.sendFrame({ type: 'message', content: id, id });
      await flushTasks();
    };
    const rejectedIds = () => peer.events('rate_limited').map(({ id }) => id);
    await send('1', '2', '3');
    expect(rejectedIds()).toEqual(['3']);
    for (const id of ['1', '2', '3', '4']) assistant.release(id);
    await flushTasks();
    await send('4', '5');
    expect(rejectedIds()).toEqual(['3', '4', '5']);
    await send('3', '4');
    expect(rejectedIds()).toEqual(['3', '4', '5']);
    expect(questions(await chat.history(token))).toEqual(['1', '2', '3', '4']);
  });

  it('rejects the queued messages behind it too', async () => {
    const assistant = heldAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const send = async (...ids: string[]) => {
      for (const id of ids) peer.sendFrame({ type: 'message', content: id, id });
      await flushTasks();
    };
    await send('1', '2', '3');
    const { store } = chat.parts;
    const transaction = store.transaction.bind(store);
    let transactions = 0;
    // The first transaction stores the reply to 1, the second would store message 2.
    store.transaction = (...parameters: Parameters<typeof transaction>) => {
      transactions += 1;
      if (transactions === 2) return Promise.reject(new StoreUnavailableError('locked'));
      return transaction(...parameters) as Promise<never>;
    };
    assistant.release('one');
    await flushTasks();
    expect(peer.events('rate_limited').map(({ id }) => id)).toEqual(['2', '3']);
    for (const id of ['2', '3']) assistant.release(id);
    await send('2', '3');
    expect(questions(await chat.history(token))).toEqual(['1', '2', '3']);
  });
});

describe('answered messages', () => {
  it('make room for the next ones, also when they were rejected', async () => {
    const chat = createSocketChat({ limits: { maxQueuedTurns: 2, messagesPerWindow: 4 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 8; sent += 1) {
      peer.sendFrame({ type: 'message', content: `number ${sent}` });
      await flushTasks();
    }
    expect(peer.messages).toHaveLength(8);
    await chat.advance(60_000);
    peer.sendFrame({ type: 'message', content: 'last' });
    await flushTasks();
    expect(peer.messages).toHaveLength(10);
  });
});

describe('an unavailable store', () => {
  it('stores nothing, sends a notice, and the socket stays open', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const { transaction } = chat.parts.store;
    chat.parts.store.transaction = () => Promise.reject(new StoreUnavailableError('locked'));
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.sendFrame({ type: 'read', id: 'some-message' });
    await flushTasks();
    const rejectedIds = peer.events('rate_limited').map(({ id }) => id);
    expect(rejectedIds.sort()).toEqual(['frame-1', 'some-message']);
    chat.parts.store.transaction = transaction;
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    expect(peer.messages).toHaveLength(2);
    expect(peer.closedWith).toBeUndefined();
  });

  it('closes a new socket with 1013', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    chat.parts.store.isTokenRevoked = () => Promise.reject(new StoreUnavailableError('locked'));
    await chat.advance(5_000);
    expect((await chat.connect({ token })).closedWith?.code).toBe(1013);
  });
});
