import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';

const said = (history: { role: string; content: string }[]) =>
  history.filter(({ role }) => role === 'user').map(({ content }) => content);

describe('too many messages', () => {
  it('bring a notice with the frame id and the time to wait, and nothing is stored', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 2 } });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: 'one' });
    await settle();
    await chat.pass(10_000);
    for (const content of ['two', 'three']) peer.say({ type: 'message', content, id: content });
    await settle();
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
    await chat.pass(50_000);
    peer.say({ type: 'message', content: 'three', id: 'three' });
    await settle();
    expect(await chat.history(token)).toHaveLength(6);
  });

  it('count together with those over REST and on other sockets', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 3 } });
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.say({ type: 'message', content: 'one' });
    second.say({ type: 'message', content: 'two' });
    await settle();
    expect((await chat.post(token, 'three')).status).toBe(200);
    expect((await chat.post(token, 'four')).status).toBe(429);
    second.say({ type: 'message', content: 'five' });
    await settle();
    expect(second.events('rate_limited')).toHaveLength(1);
    expect(first.events('rate_limited')).toEqual([]);
  });

  it('do not spend for frames that could not be used', async () => {
    const chat = createSocketChat({ limits: { messagesPerWindow: 1 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 5; sent += 1) peer.say('bad');
    peer.say({ type: 'message', content: 'good' });
    await settle();
    expect(peer.messages).toHaveLength(2);
  });

  it('that wait for their replies are held back, however fast they come', async () => {
    const chat = createSocketChat({
      assistant: { reply: () => new Promise(() => {}) },
      limits: { turnsWaiting: 8, messagesPerWindow: Number.POSITIVE_INFINITY },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    for (let sent = 0; sent < 1_000; sent += 1) {
      peer.say({ type: 'message', content: 'again', id: `frame-${sent}` });
    }
    await settle();
    const notices = peer.events('rate_limited');
    expect(notices).toHaveLength(992);
    expect(notices[0]).toMatchObject({ id: 'frame-8', retryAfterMs: expect.any(Number) });
    expect(await chat.history(token)).toHaveLength(1);
  });
});

describe('a message that found no place', () => {
  it('keeps those behind it from theirs until it comes again', async () => {
    const assistant = heldAssistant();
    const limits = { turnsWaiting: 2, messagesPerWindow: Number.POSITIVE_INFINITY };
    const chat = createSocketChat({ assistant, limits });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const say = async (...ids: string[]) => {
      for (const id of ids) peer.say({ type: 'message', content: id, id });
      await settle();
    };
    const refused = () => peer.events('rate_limited').map(({ id }) => id);
    await say('1', '2', '3');
    expect(refused()).toEqual(['3']);
    for (const id of ['1', '2', '3', '4']) assistant.release(id);
    await settle();
    await say('4', '5');
    expect(refused()).toEqual(['3', '4', '5']);
    await say('3', '4');
    expect(refused()).toEqual(['3', '4', '5']);
    expect(said(await chat.history(token))).toEqual(['1', '2', '3', '4']);
  });

  it('takes along those that waited behind it', async () => {
    const assistant = heldAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const say = async (...ids: string[]) => {
      for (const id of ids) peer.say({ type: 'message', content: id, id });
      await settle();
    };
    await say('1', '2', '3');
    const { store } = chat.parts;
    const transaction = store.transaction.bind(store);
    let transactions = 0;
    // The first is for the reply to 1, the second would have stored 2.
    store.transaction = (...parameters: Parameters<typeof transaction>) => {
      transactions += 1;
      if (transactions === 2) return Promise.reject(new StoreUnavailableError('locked'));
      return transaction(...parameters) as Promise<never>;
    };
    assistant.release('one');
    await settle();
    expect(peer.events('rate_limited').map(({ id }) => id)).toEqual(['2', '3']);
    for (const id of ['2', '3']) assistant.release(id);
    await say('2', '3');
    expect(said(await chat.history(token))).toEqual(['1', '2', '3']);
  });
});

describe('messages that are answered', () => {
  it('make room for the next ones, also where they were refused', async () => {
    const chat = createSocketChat({ limits: { turnsWaiting: 2, messagesPerWindow: 4 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 8; sent += 1) {
      peer.say({ type: 'message', content: `number ${sent}` });
      await settle();
    }
    expect(peer.messages).toHaveLength(8);
    await chat.pass(60_000);
    peer.say({ type: 'message', content: 'last' });
    await settle();
    expect(peer.messages).toHaveLength(10);
  });
});

describe('a store that cannot be reached', () => {
  it('stores nothing, says so as a notice, and the socket lives', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const { transaction } = chat.parts.store;
    chat.parts.store.transaction = () => Promise.reject(new StoreUnavailableError('locked'));
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.say({ type: 'read', id: 'some-message' });
    await settle();
    const refused = peer.events('rate_limited').map(({ id }) => id);
    expect(refused.sort()).toEqual(['frame-1', 'some-message']);
    chat.parts.store.transaction = transaction;
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    expect(peer.messages).toHaveLength(2);
    expect(peer.closing).toBeUndefined();
  });

  it('closes a socket that comes meanwhile with 1013', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    chat.parts.store.isTokenRevoked = () => Promise.reject(new StoreUnavailableError('locked'));
    await chat.pass(5_000);
    expect((await chat.connect({ token })).closing?.code).toBe(1013);
  });
});
