import { describe, expect, it } from 'vitest';
import type { FakePeer } from '../../../../../test/support/fake-peer.js';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';
import { changePassword } from '../change-password.js';
import { closings } from './closings.js';

describe('a slow reader', () => {
  it('is closed with 1013 when more than the outbox holds waits for it, and the others read on', async () => {
    const chat = createSocketChat({ limits: { outboxMaxBytes: 1_000 } });
    const token = await chat.login('ada');
    const [slow, quick] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    slow.buffered = 1_000;
    await chat.post(token, 'one');
    expect(slow.closing).toBeUndefined();
    expect(slow.messages).toHaveLength(2);
    slow.buffered = 1_001;
    await chat.post(token, 'two');
    await settle();
    expect(slow.closing?.code).toBe(1013);
    expect(slow.messages).toHaveLength(2);
    expect(quick.messages).toHaveLength(4);
  });

  it('is found by the heartbeat when nobody speaks', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.buffered = 2_000_000;
    await chat.pass(25_000);
    expect(peer.closing?.code).toBe(1013);
  });

  it('that never takes its close frame is cut', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.alive = false;
    peer.buffered = 2_000_000;
    await chat.post(token, 'Hello');
    expect(peer.closing?.code).toBe(1013);
    await chat.pass(4_999);
    expect(peer.terminated).toBe(false);
    await chat.pass(1);
    expect(peer.terminated).toBe(true);
    expect(chat.clock.pending).toBe(0);
  });
});

describe('a password that is changed elsewhere', () => {
  it('ends the sockets of its tokens with 4401 within 15 s, and no others', async () => {
    const chat = createSocketChat();
    const [ada, bob] = [await chat.login('ada'), await chat.login('bob')];
    const peers = [];
    for (const token of [ada, ada, bob]) peers.push(await chat.connect({ token }));
    const asked: string[] = [];
    const { store } = chat.parts;
    const { isTokenRevoked } = store;
    store.isTokenRevoked = (jti) => {
      asked.push(jti);
      return isTokenRevoked.call(store, jti);
    };
    await chat.pass(14_999);
    expect(asked).toEqual([]);
    expect(await changePassword(chat.parts, { username: 'ada', password: 'new' })).toBe(true);
    await chat.pass(1);
    expect(peers.map(({ closing }) => closing?.code)).toEqual([4401, 4401, undefined]);
    // Once for each token, not for each socket and second.
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('is asked for by nobody when no socket is there', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.leave();
    expect(chat.clock.pending).toBe(0);
  });
});

describe('a fault', () => {
  it('of the peer ends that socket with 1011 and no other', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [broken, sound] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    broken.broken = new Error('write after end');
    await chat.post(token, 'Hello');
    await settle();
    expect(broken.closing?.code).toBe(1011);
    expect(sound.messages).toHaveLength(2);
    expect(chat.log).toMatchObject([{ level: 'error' }]);
  });

  it('in a turn that nobody foresaw ends the socket with 1011', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    chat.parts.store.transaction = () => Promise.reject(new TypeError('x is not a function'));
    first.say({ type: 'message', content: 'private words', id: 'frame-1' });
    await settle();
    expect(first.closing).toEqual(closings.failed);
    expect(second.closing).toBeUndefined();
    const logged = JSON.stringify(chat.log);
    expect(chat.log).toMatchObject([{ level: 'error' }]);
    expect(logged).not.toContain(token);
    expect(logged).not.toContain('private words');
  });

  it('of closing and cutting harms nobody', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    const refuse = () => {
      throw new Error('not open');
    };
    Object.assign(peer, { close: refuse, terminate: refuse });
    peer.say('x'.repeat(200_000));
    expect(chat.log).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it('of the leases harms nobody, however they fail', async () => {
    const fail = () => {
      throw new Error('no answer');
    };
    const chat = createSocketChat({
      leases: { acquire: async () => true, renew: fail, release: fail },
    });
    const peer = await chat.connect({ token: await chat.login('ada') });
    await chat.pass(30_000);
    expect(peer.closing).toBeUndefined();
    peer.leave();
    await settle();
    expect(chat.log).toMatchObject([{ level: 'warn' }, { level: 'warn' }]);
    expect(chat.clock.pending).toBe(0);
  });

  it('of the allowance ends the socket, whatever waits behind it', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    chat.parts.limiter.take = () => Promise.reject(new RangeError('no such window'));
    for (let sent = 0; sent < 3; sent += 1) peer.say({ type: 'message', content: 'x' });
    await settle();
    expect(peer.closing?.code).toBe(1011);
    expect(chat.log).toHaveLength(1);
  });
});

describe('a server that stops', () => {
  it('closes its sockets with 1012 after the replies under way, and refuses what is new', async () => {
    let answer = (_: string) => {};
    const chat = createSocketChat({
      assistant: { reply: () => new Promise((resolve) => (answer = resolve)) },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    const drained = chat.api.drain();
    await settle();
    expect(peer.closing).toBeUndefined();
    expect((await chat.connect({ token })).closing?.code).toBe(1012);
    peer.say({ type: 'message', content: 'And now?', id: 'frame-2' });
    await settle();
    expect(peer.events('rate_limited')).toMatchObject([{ id: 'frame-2' }]);
    answer('Hi!');
    await drained;
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hi!']);
    expect(peer.closing?.code).toBe(1012);
    expect(chat.clock.pending).toBe(0);
  });

  it('ends although a peer does not read', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.alive = false;
    let down = false;
    const drained = chat.api.drain().then(() => {
      down = true;
    });
    await settle();
    expect(peer.closing?.code).toBe(1012);
    expect(down).toBe(false);
    await chat.pass(5_000);
    expect(peer.terminated).toBe(true);
    await drained;
  });

  it('notes before it ends what was delivered', async () => {
    const chat = createSocketChat();
    await chat.connect({ token: await chat.login('ada') });
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const { store } = chat.parts;
    const transaction = store.transaction.bind(store);
    store.transaction = async (...asked) => {
      await settle();
      return transaction(...asked) as never;
    };
    await chat.api.push(userId, 'Good night.');
    await chat.api.drain();
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(true);
  });
});

describe('a socket that has ended', () => {
  it.each<[string, (peer: FakePeer) => void]>([
    ['by itself', (peer) => peer.leave()],
    ['for a flood', (peer) => peer.say('x'.repeat(200_000))],
    ['for a fault', (peer) => (peer.broken = new Error('gone'))],
  ])('%s is sent nothing more and leaves no timer and no lease', async (_, end) => {
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
    await settle();
    const sent = peer.frames.length;
    peer.broken = undefined;
    peer.say({ type: 'message', content: 'too late' });
    peer.session?.ponged();
    peer.session?.closed();
    await chat.post(token, 'Anybody?');
    await chat.pass(100_000);
    expect(peer.frames).toHaveLength(sent);
    expect(held.size).toBe(0);
    expect(chat.clock.pending).toBe(0);
    expect(await chat.history(token)).toHaveLength(4);
  });
});

describe('every closing', () => {
  it.each(Object.entries(closings))('(%s) fits into a close frame', (_, { reason }) => {
    expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
  });
});
