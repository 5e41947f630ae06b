import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import type { FanOut, FanOutEvent } from '../ports/index.js';

/** A fan-out between instances. The test decides which events it delivers, when and how often. */
function unreliableFanOut() {
  const listeners = new Set<Parameters<FanOut['subscribe']>[0]>();
  const sent: [userId: string, event: FanOutEvent][] = [];
  const fanOut = {
    up: true,
    sent,
    listeners,
    deliver(index: number) {
      for (const listener of listeners) listener(...sent[index]!);
    },
    publish(userId: string, event: FanOutEvent) {
      sent.push([userId, event]);
      if (fanOut.up) fanOut.deliver(sent.length - 1);
    },
    subscribe(listener: Parameters<FanOut['subscribe']>[0]) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The indexes of the frames with messages. */
    messages: () =>
      sent.flatMap(([, event], index) =>
        event.kind === 'frame' && event.seq !== undefined ? [index] : [],
      ),
  };
  return fanOut;
}

async function chatWithUnreliableFanOut() {
  const fanOut = unreliableFanOut();
  const chat = createSocketChat({ fanOut, limits: { messagesPerWindow: 1_000 } });
  const token = await chat.login('ada');
  const peers = [await chat.connect({ token }), await chat.connect({ token })];
  await chat.post(token, 'first');
  const stored = async () => (await chat.history(token)).map(({ content }) => content);
  return { chat, fanOut, token, peers, stored };
}

describe('the sockets of a user', () => {
  it('receive from the store what was lost between instances', async () => {
    const { chat, fanOut, token, peers, stored } = await chatWithUnreliableFanOut();
    fanOut.up = false;
    for (const message of ['lost 1', 'lost 2']) await chat.post(token, message);
    fanOut.up = true;
    await chat.post(token, 'last');
    await flushTasks();
    for (const peer of peers) {
      expect(peer.messages.map(({ content }) => content)).toEqual(await stored());
    }
  });

  it('receive events once that arrive twice, late or out of order', async () => {
    const { chat, fanOut, token, peers, stored } = await chatWithUnreliableFanOut();
    fanOut.up = false;
    for (const message of ['second', 'third']) await chat.post(token, message);
    const [, , a, b, c, d] = fanOut.messages() as [number, number, number, number, number, number];
    for (const index of [d, a, c, b, d, a]) fanOut.deliver(index);
    await flushTasks();
    for (const index of [a, b, c, d]) fanOut.deliver(index);
    await flushTasks();
    for (const peer of peers) {
      expect(peer.messages.map(({ content }) => content)).toEqual(await stored());
    }
  });

  it.each([
    ['more was lost than a socket should be sent at once', 101],
    ['the store does not give back what was lost', 1],
  ])('are closed with 1013 when %s', async (_, lost) => {
    const { chat, fanOut, token, peers } = await chatWithUnreliableFanOut();
    fanOut.up = false;
    for (let sent = 0; sent < lost; sent += 1) await chat.post(token, 'lost');
    if (lost === 1) chat.parts.store.messages = () => Promise.reject(new Error('no answer'));
    const before = peers.map(({ messages }) => messages.length);
    await chat.post(token, 'last');
    fanOut.deliver(fanOut.messages().at(-1)!);
    await flushTasks();
    expect(peers.map(({ closedWith }) => closedWith?.code)).toEqual([1013, 1013]);
    expect(peers.map(({ messages }) => messages.length)).toEqual(before);
    expect((await chat.connect({ token })).closedWith).toBeUndefined();
  });

  it('mark messages as delivered in few transactions', async () => {
    const { chat, fanOut, token, peers } = await chatWithUnreliableFanOut();
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    let transactions = 0;
    const { transaction } = chat.parts.store;
    fanOut.up = false;
    for (let count = 0; count < 20; count += 1)
      await chat.api.pushMessage(userId, `number ${count}`);
    chat.parts.store.transaction = (...asked) => {
      transactions += 1;
      return transaction.apply(chat.parts.store, asked) as never;
    };
    for (const index of fanOut.messages().slice(2)) fanOut.deliver(index);
    await flushTasks();
    expect(peers[0]?.messages).toHaveLength(22);
    expect(transactions).toBe(2);
    const records = await chat.parts.store.messages(userId, { from: 1, to: 22 });
    expect(records.every(({ delivered }) => delivered)).toBe(true);
    expect(await chat.history(token)).toHaveLength(22);
  });

  it('do not receive earlier messages', async () => {
    const { chat, fanOut, token, peers } = await chatWithUnreliableFanOut();
    for (const peer of peers) peer.disconnect();
    fanOut.up = false;
    await chat.post(token, 'while nobody was there');
    fanOut.up = true;
    const peer = await chat.connect({ token });
    await chat.post(token, 'Hello');
    await flushTasks();
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hello']);
  });

  it('need no transaction for messages that are already marked as delivered', async () => {
    const { chat, peers } = await chatWithUnreliableFanOut();
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    chat.parts.store.transaction = () => Promise.reject(new Error('not to be asked'));
    const frame = '{"type":"message","data":{}}';
    chat.parts.fanOut.publish(userId, { kind: 'frame', frame, seq: 3, delivered: true });
    await flushTasks();
    expect(peers[0]?.messages).toHaveLength(3);
    expect(chat.log).toEqual([]);
  });

  it('are closed with 1013 when too many events arrive while a gap is filled', async () => {
    const { chat, fanOut, token, peers } = await chatWithUnreliableFanOut();
    fanOut.up = false;
    await chat.post(token, 'lost');
    chat.parts.store.messages = () => new Promise(() => {});
    fanOut.up = true;
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    for (let seq = 5; seq <= 1_005; seq += 1) {
      fanOut.publish(userId, { kind: 'frame', frame: '{}', seq });
    }
    await flushTasks();
    expect(peers.map(({ closedWith }) => closedWith?.code)).toEqual([1013, 1013]);
  });

  it('mark a message without a reply as delivered', async () => {
    const assistant = { reply: () => Promise.reject(new Error('out')) };
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const delivered = async (seq: number) =>
      (await chat.parts.store.messages(userId, { from: seq, to: seq }))[0]?.delivered;
    await chat.post(token, 'to nobody');
    const peer = await chat.connect({ token });
    await chat.post(token, 'shown');
    await flushTasks();
    expect(peer.messages).toHaveLength(1);
    expect([await delivered(1), await delivered(2)]).toEqual([false, true]);
  });

  it('end their subscription when the server has stopped', async () => {
    const { chat, fanOut } = await chatWithUnreliableFanOut();
    await chat.api.drain();
    expect(fanOut.listeners.size).toBe(0);
  });
});
