import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import type { FanOut, FanOutEvent } from '../ports/index.js';

type Listener = Parameters<FanOut['subscribe']>[0];

/** A fan-out between instances whose connection may be down or lose events. */
function remoteFanOut() {
  const listeners = new Set<Listener>();
  const fanOut = {
    losing: false,
    connected: true,
    subscribedUsers: [] as string[],
    emit(userId: string, event: FanOutEvent) {
      for (const listener of listeners) listener(userId, event);
    },
    publish(userId: string, event: FanOutEvent) {
      if (!fanOut.losing) fanOut.emit(userId, event);
    },
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    remote: {
      subscribeUser(userId: string) {
        fanOut.subscribedUsers.push(userId);
        const stop = () => {
          fanOut.subscribedUsers.splice(fanOut.subscribedUsers.indexOf(userId), 1);
        };
        return { ready: Promise.resolve(), stop };
      },
      isConnected: () => fanOut.connected,
    },
  };
  return fanOut;
}

async function chatWithRemoteFanOut() {
  const fanOut = remoteFanOut();
  const chat = createSocketChat({ fanOut, limits: { messagesPerWindow: 1_000 } });
  const token = await chat.login('ada');
  await chat.post(token, 'before');
  const peer = await chat.connect({ token });
  const received = () => peer.messages.map(({ content }) => content);
  /** Lets the seconds of some rounds advanceSeconds, one after the other. */
  const advanceSeconds = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) await chat.advance(1_000);
  };
  return { chat, fanOut, token, peer, received, advanceSeconds };
}

describe('a socket with several instances', () => {
  it('receives within two seconds what was lost while the connection is down', async () => {
    const { chat, fanOut, token, peer, received, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.post(token, 'lost');
    await advanceSeconds(2);
    expect(received()).toEqual(['lost', 'lost']);
    await advanceSeconds(3);
    expect(received()).toEqual(['lost', 'lost']);
    const [question, reply] = peer.messages;
    expect(reply?.replyTo).toBe(question?.id);
  });

  it('receives within two seconds what was lost before a resync event', async () => {
    const { chat, fanOut, token, received, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    await chat.post(token, 'lost');
    fanOut.emit('', { kind: 'resync' });
    await advanceSeconds(2);
    expect(received()).toEqual(['lost', 'lost']);
  });

  it('receives undetected lost messages at the next regular run', async () => {
    const { chat, fanOut, token, received, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    await chat.post(token, 'lost');
    await advanceSeconds(17);
    expect(received()).toEqual(['lost', 'lost']);
  });

  it('does not receive from the store what arrives a moment later with its acknowledgement', async () => {
    const { chat, fanOut, token, peer, advanceSeconds } = await chatWithRemoteFanOut();
    const late: [string, FanOutEvent][] = [];
    fanOut.publish = (userId, event) => void late.push([userId, event]);
    peer.sendFrame({ type: 'message', content: 'mine', id: 'my-id' });
    await flushTasks();
    fanOut.emit('', { kind: 'resync' });
    await advanceSeconds(1);
    for (const [userId, event] of late) fanOut.emit(userId, event);
    await advanceSeconds(3);
    expect(peer.messages.map(({ content }) => content)).toEqual(['mine', 'mine']);
    expect(peer.messages[0]).toMatchObject({ clientId: 'my-id' });
    expect((await chat.history(token)).length).toBe(4);
  });

  it('is closed with 4401 when its token was revoked on another instance and the event was lost', async () => {
    const { chat, fanOut, token, peer, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.logout(token);
    await advanceSeconds(1);
    expect(peer.closedWith?.code).toBe(4401);
  });

  it('that missed too much is closed with 1013', async () => {
    const { chat, fanOut, token, peer, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    fanOut.connected = false;
    for (let sent = 0; sent < 101; sent += 1) await chat.post(token, 'lost');
    await advanceSeconds(2);
    expect(peer.closedWith?.code).toBe(1013);
  });

  it('stays open while the store is unavailable, and receives everything afterwards', async () => {
    const { chat, fanOut, token, received, advanceSeconds } = await chatWithRemoteFanOut();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.post(token, 'lost');
    const { position } = chat.parts.store;
    chat.parts.store.position = () => Promise.reject(new Error('away'));
    await advanceSeconds(5);
    expect(received()).toEqual([]);
    expect(chat.log.filter(({ level }) => level === 'warn')).toHaveLength(1);
    chat.parts.store.position = position;
    await advanceSeconds(2);
    expect(received()).toEqual(['lost', 'lost']);
  });

  it('is subscribed while it is open, and the store is not read after the server has stopped', async () => {
    const { chat, fanOut, peer } = await chatWithRemoteFanOut();
    expect(fanOut.subscribedUsers).toHaveLength(1);
    peer.disconnect();
    expect(fanOut.subscribedUsers).toHaveLength(0);
    await chat.api.drain();
    expect(chat.clock.pending).toBe(0);
  });
});
