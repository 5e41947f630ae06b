import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';
import type { FanOut, FanOutEvent } from '../ports.js';

/** A fan-out between instances: what it brings, when, and how often is the test's choice. */
function unreliableFanOut() {
  const listeners = new Set<Parameters<FanOut['subscribe']>[0]>();
  const sent: [userId: string, event: FanOutEvent][] = [];
  const line = {
    up: true,
    sent,
    listeners,
    bring(index: number) {
      for (const listener of listeners) listener(...sent[index]!);
    },
    publish(userId: string, event: FanOutEvent) {
      sent.push([userId, event]);
      if (line.up) line.bring(sent.length - 1);
    },
    subscribe(listener: Parameters<FanOut['subscribe']>[0]) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The positions of the frames that carry messages. */
    messages: () =>
      sent.flatMap(([, event], index) =>
        event.kind === 'frame' && event.seq !== undefined ? [index] : [],
      ),
  };
  return line;
}

async function chatOverUnreliableLine() {
  const fanOut = unreliableFanOut();
  const chat = createSocketChat({ fanOut, limits: { messagesPerWindow: 1_000 } });
  const token = await chat.login('ada');
  const peers = [await chat.connect({ token }), await chat.connect({ token })];
  await chat.post(token, 'first');
  const stored = async () => (await chat.history(token)).map(({ content }) => content);
  return { chat, fanOut, token, peers, stored };
}

describe('the sockets of a user', () => {
  it('are given from the store what was lost on the way from another instance', async () => {
    const { chat, fanOut, token, peers, stored } = await chatOverUnreliableLine();
    fanOut.up = false;
    for (const message of ['lost 1', 'lost 2']) await chat.post(token, message);
    fanOut.up = true;
    await chat.post(token, 'last');
    await settle();
    for (const peer of peers) {
      expect(peer.messages.map(({ content }) => content)).toEqual(await stored());
    }
  });

  it('are given once what comes twice, late, or out of order', async () => {
    const { chat, fanOut, token, peers, stored } = await chatOverUnreliableLine();
    fanOut.up = false;
    for (const message of ['second', 'third']) await chat.post(token, message);
    const [, , a, b, c, d] = fanOut.messages() as [number, number, number, number, number, number];
    for (const index of [d, a, c, b, d, a]) fanOut.bring(index);
    await settle();
    for (const index of [a, b, c, d]) fanOut.bring(index);
    await settle();
    for (const peer of peers) {
      expect(peer.messages.map(({ content }) => content)).toEqual(await stored());
    }
  });

  it.each([
    ['more was lost than a socket should be sent at once', 101],
    ['the store does not give back what was lost', 1],
  ])('are closed with 1013 when %s', async (_, lost) => {
    const { chat, fanOut, token, peers } = await chatOverUnreliableLine();
    fanOut.up = false;
    for (let sent = 0; sent < lost; sent += 1) await chat.post(token, 'lost');
    if (lost === 1) chat.parts.store.messages = () => Promise.reject(new Error('no answer'));
    const before = peers.map(({ messages }) => messages.length);
    await chat.post(token, 'last');
    fanOut.bring(fanOut.messages().at(-1)!);
    await settle();
    expect(peers.map(({ closing }) => closing?.code)).toEqual([1013, 1013]);
    expect(peers.map(({ messages }) => messages.length)).toEqual(before);
    expect((await chat.connect({ token })).closing).toBeUndefined();
  });

  it('are told in few transactions that messages were delivered', async () => {
    const { chat, fanOut, token, peers } = await chatOverUnreliableLine();
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    let transactions = 0;
    const { transaction } = chat.parts.store;
    fanOut.up = false;
    for (let count = 0; count < 20; count += 1) await chat.api.push(userId, `number ${count}`);
    chat.parts.store.transaction = (...asked) => {
      transactions += 1;
      return transaction.apply(chat.parts.store, asked) as never;
    };
    for (const index of fanOut.messages().slice(2)) fanOut.bring(index);
    await settle();
    expect(peers[0]?.messages).toHaveLength(22);
    expect(transactions).toBe(2);
    const records = await chat.parts.store.messages(userId, { from: 1, to: 22 });
    expect(records.every(({ delivered }) => delivered)).toBe(true);
    expect(await chat.history(token)).toHaveLength(22);
  });

  it('are not shown what was said before they came', async () => {
    const { chat, fanOut, token, peers } = await chatOverUnreliableLine();
    for (const peer of peers) peer.leave();
    fanOut.up = false;
    await chat.post(token, 'while nobody was there');
    fanOut.up = true;
    const peer = await chat.connect({ token });
    await chat.post(token, 'Hello');
    await settle();
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hello']);
  });

  it('cost no transaction for what is noted as delivered already', async () => {
    const { chat, peers } = await chatOverUnreliableLine();
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    chat.parts.store.transaction = () => Promise.reject(new Error('not to be asked'));
    const frame = '{"type":"message","data":{}}';
    chat.parts.fanOut.publish(userId, { kind: 'frame', frame, seq: 3, delivered: true });
    await settle();
    expect(peers[0]?.messages).toHaveLength(3);
    expect(chat.log).toEqual([]);
  });

  it('are closed with 1013 when too much comes while a gap is being closed', async () => {
    const { chat, fanOut, token, peers } = await chatOverUnreliableLine();
    fanOut.up = false;
    await chat.post(token, 'lost');
    chat.parts.store.messages = () => new Promise(() => {});
    fanOut.up = true;
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    for (let seq = 5; seq <= 1_005; seq += 1) {
      fanOut.publish(userId, { kind: 'frame', frame: '{}', seq });
    }
    await settle();
    expect(peers.map(({ closing }) => closing?.code)).toEqual([1013, 1013]);
  });

  it('are said to have been shown a message that got no reply', async () => {
    const assistant = { reply: () => Promise.reject(new Error('out')) };
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const delivered = async (seq: number) =>
      (await chat.parts.store.messages(userId, { from: seq, to: seq }))[0]?.delivered;
    await chat.post(token, 'to nobody');
    const peer = await chat.connect({ token });
    await chat.post(token, 'shown');
    await settle();
    expect(peer.messages).toHaveLength(1);
    expect([await delivered(1), await delivered(2)]).toEqual([false, true]);
  });

  it('are no longer listened for when the server has stopped', async () => {
    const { chat, fanOut } = await chatOverUnreliableLine();
    await chat.api.drain();
    expect(fanOut.listeners.size).toBe(0);
  });
});
