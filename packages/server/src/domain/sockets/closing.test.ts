import { describe, expect, it } from 'vitest';
import type { FakePeer } from '../../../../../test/support/fake-peer.js';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { changePassword } from '../auth/change-password.js';
import { removeUser } from '../auth/remove-user.js';
import { closeReasons } from './close-reasons.js';

describe('a slow reader', () => {
  it('is closed with 1013 when its outbox is full, and the others stay open', async () => {
    const chat = createSocketChat({ limits: { outboxMaxBytes: 1_000 } });
    const token = await chat.login('ada');
    const [slow, quick] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    slow.buffered = 1_000;
    await chat.post(token, 'one');
    expect(slow.closedWith).toBeUndefined();
    expect(slow.messages).toHaveLength(2);
    slow.buffered = 1_001;
    await chat.post(token, 'two');
    await flushTasks();
    expect(slow.closedWith?.code).toBe(1013);
    expect(slow.messages).toHaveLength(2);
    expect(quick.messages).toHaveLength(4);
  });

  it('is detected by the heartbeat when no messages are sent', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.buffered = 2_000_000;
    await chat.advance(25_000);
    expect(peer.closedWith?.code).toBe(1013);
  });

  it('that never reads its close frame is terminated', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.responsive = false;
    peer.buffered = 2_000_000;
    await chat.post(token, 'Hello');
    expect(peer.closedWith?.code).toBe(1013);
    await chat.advance(4_999);
    expect(peer.terminated).toBe(false);
    await chat.advance(1);
    expect(peer.terminated).toBe(true);
    expect(chat.clock.pending).toBe(0);
  });
});

describe('a password change in another process', () => {
  it('closes the sockets of its tokens with 4401 within 15 s, and no others', async () => {
    const chat = createSocketChat();
    const [ada, bob] = [await chat.login('ada'), await chat.login('bob')];
    const peers = [];
    for (const token of [ada, ada, bob]) peers.push(await chat.connect({ token }));
    const checkedTokens: string[] = [];
    const { store } = chat.parts;
    const { isTokenRevoked } = store;
    store.isTokenRevoked = (userId, ids) => {
      checkedTokens.push(ids[0]);
      return isTokenRevoked.call(store, userId, ids);
    };
    await chat.advance(14_999);
    expect(checkedTokens).toEqual([]);
    expect(await changePassword(chat.parts, { username: 'ada', password: 'new' })).toBe(true);
    await chat.advance(1);
    expect(peers.map(({ closedWith }) => closedWith?.code)).toEqual([4401, 4401, undefined]);
    // Once per token, not per socket and second.
    expect(new Set(checkedTokens).size).toBe(checkedTokens.length);
  });

  it('is not polled when no socket is open', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.disconnect();
    expect(chat.clock.pending).toBe(0);
  });
});

describe('a user who is removed in another process', () => {
  it('leaves no message of an open socket, a token that was just used, or a reply in progress', async () => {
    const assistant = heldAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const pending = chat.post(token, 'before');
    await assistant.receivedRequests(1);
    await removeUser(chat.parts, 'ada');
    assistant.release('too late');
    expect((await pending).status).toBe(401);
    expect((await chat.post(token, 'after')).status).toBe(401);
    peer.sendFrame({ type: 'message', content: 'after' });
    await flushTasks();
    expect(peer.closedWith?.code).toBe(4401);
    const { sub } = (await chat.parts.tokens.verify(token)) ?? { sub: '' };
    expect(await chat.parts.store.state(sub)).toMatchObject({ lastSeq: 0, sessionCount: 0 });
    expect(await chat.parts.store.messages(sub, { from: 1, to: 9 })).toEqual([]);
    expect(await chat.parts.store.check()).toEqual([]);
  });
});

describe('an error', () => {
  it('of the peer closes that socket with 1011 and no other', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [broken, healthy] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    broken.sendError = new Error('write after end');
    await chat.post(token, 'Hello');
    await flushTasks();
    expect(broken.closedWith?.code).toBe(1011);
    expect(healthy.messages).toHaveLength(2);
    expect(chat.log).toMatchObject([{ level: 'error' }]);
  });

  it('that is unexpected in a turn closes the socket with 1011', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    chat.parts.store.transaction = () => Promise.reject(new TypeError('x is not a function'));
    first.sendFrame({ type: 'message', content: 'private words', id: 'frame-1' });
    await flushTasks();
    expect(first.closedWith).toEqual(closeReasons.failed);
    expect(second.closedWith).toBeUndefined();
    const logged = JSON.stringify(chat.log);
    expect(chat.log).toMatchObject([{ level: 'error' }]);
    expect(logged).not.toContain(token);
    expect(logged).not.toContain('private words');
  });

  it('of close and terminate has no other effect', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    const fail = () => {
      throw new Error('not open');
    };
    Object.assign(peer, { close: fail, terminate: fail });
    peer.sendFrame('x'.repeat(200_000));
    expect(chat.log).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it('of the leases has no other effect', async () => {
    const fail = () => {
      throw new Error('no answer');
    };
    const chat = createSocketChat({
      leases: { acquire: async () => true, renew: fail, release: fail },
    });
    const peer = await chat.connect({ token: await chat.login('ada') });
    await chat.advance(30_000);
    expect(peer.closedWith).toBeUndefined();
    peer.disconnect();
    await flushTasks();
    expect(chat.log).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it('of the rate limiter closes the socket, and queued messages are dropped', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    chat.parts.limiter.consume = () => Promise.reject(new RangeError('no such window'));
    for (let sent = 0; sent < 3; sent += 1) peer.sendFrame({ type: 'message', content: 'x' });
    await flushTasks();
    expect(peer.closedWith?.code).toBe(1011);
    expect(chat.log).toHaveLength(1);
  });
});

describe('a stopping server', () => {
  it('closes its sockets with 1012 after the replies in progress, and rejects new messages', async () => {
    let resolveReply = (_: string) => {};
    const chat = createSocketChat({
      assistant: { reply: () => new Promise((resolve) => (resolveReply = resolve)) },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    const drained = chat.api.drain();
    await flushTasks();
    expect(peer.closedWith).toBeUndefined();
    expect((await chat.connect({ token })).closedWith?.code).toBe(1012);
    peer.sendFrame({ type: 'message', content: 'And now?', id: 'frame-2' });
    await flushTasks();
    expect(peer.events('rate_limited')).toMatchObject([{ id: 'frame-2' }]);
    resolveReply('Hi!');
    await drained;
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hi!']);
    expect(peer.closedWith?.code).toBe(1012);
    expect(chat.clock.pending).toBe(0);
  });

  it('stops although a peer does not read', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.responsive = false;
    let down = false;
    const drained = chat.api.drain().then(() => {
      down = true;
    });
    await flushTasks();
    expect(peer.closedWith?.code).toBe(1012);
    expect(down).toBe(false);
    await chat.advance(5_000);
    expect(peer.terminated).toBe(true);
    await drained;
  });

  it('marks messages as delivered before it stops', async () => {
    const chat = createSocketChat();
    await chat.connect({ token: await chat.login('ada') });
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const { store } = chat.parts;
    const transaction = store.transaction.bind(store);
    store.transaction = async (...args) => {
      await flushTasks();
      return transaction(...args) as never;
    };
    await chat.api.pushMessage(userId, 'Good night.');
    await chat.api.drain();
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(true);
  });
});

describe('a closed socket', () => {
  it.each<[string, (peer: FakePeer) => void]>([
    ['by itself', (peer) => peer.disconnect()],
    ['for a flood', (peer) => peer.sendFrame('x'.repeat(200_000))],
    ['for a fault', (peer) => (peer.sendError = new Error('gone'))],
  ])('%s receives nothing more and leaves no timer and no lease', async (_, end) => {
    const held = new Set<string>();
    const chat = createSocketChat({
      leases: {
        acquire: async (_userId, socketId) => held.add(socketId).size > 0,
        renew: async () => {},
        release: async (_userId, socketId) => void held.delete(socketId),
      },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    expect(held.size).toBe(1);
    end(peer);
    await chat.post(token, 'Hello');
    await flushTasks();
    const sent = peer.frames.length;
    peer.sendError = undefined;
    peer.sendFrame({ type: 'message', content: 'too late' });
    peer.session?.onPong();
    peer.session?.onClose();
    await chat.post(token, 'Anybody?');
    await chat.advance(100_000);
    expect(peer.frames).toHaveLength(sent);
    expect(held.size).toBe(0);
    expect(chat.clock.pending).toBe(0);
    expect(await chat.history(token)).toHaveLength(4);
  });
});

describe('every close reason', () => {
  it.each(Object.entries(closeReasons))('(%s) fits into a close frame', (_, { reason }) => {
    expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
  });
});
