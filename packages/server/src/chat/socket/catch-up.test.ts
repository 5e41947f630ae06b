import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';
import type { FanOut, FanOutEvent } from '../ports.js';

type Listener = Parameters<FanOut['subscribe']>[0];

/** A fan-out between instances, whose line may be down and may lose what it is given. */
function remoteFanOut() {
  const listeners = new Set<Listener>();
  const line = {
    losing: false,
    connected: true,
    followed: [] as string[],
    say(userId: string, event: FanOutEvent) {
      for (const listener of listeners) listener(userId, event);
    },
    publish(userId: string, event: FanOutEvent) {
      if (!line.losing) line.say(userId, event);
    },
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    remote: {
      follow(userId: string) {
        line.followed.push(userId);
        const stop = () => {
          line.followed.splice(line.followed.indexOf(userId), 1);
        };
        return { ready: Promise.resolve(), stop };
      },
      isConnected: () => line.connected,
    },
  };
  return line;
}

async function chatBesideOthers() {
  const fanOut = remoteFanOut();
  const chat = createSocketChat({ fanOut, limits: { messagesPerWindow: 1_000 } });
  const token = await chat.login('ada');
  await chat.post(token, 'before');
  const peer = await chat.connect({ token });
  const shown = () => peer.messages.map(({ content }) => content);
  /** Lets the seconds of some rounds pass, one after the other. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) await chat.pass(1_000);
  };
  return { chat, fanOut, token, peer, shown, pass };
}

describe('a socket beside other instances', () => {
  it('is shown within two seconds what was lost while the line is down', async () => {
    const { chat, fanOut, token, peer, shown, pass } = await chatBesideOthers();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.post(token, 'lost');
    await pass(2);
    expect(shown()).toEqual(['lost', 'lost']);
    await pass(3);
    expect(shown()).toEqual(['lost', 'lost']);
    const [question, reply] = peer.messages;
    expect(reply?.replyTo).toBe(question?.id);
  });

  it('is shown within two seconds what was lost before the line was said to be in doubt', async () => {
    const { chat, fanOut, token, shown, pass } = await chatBesideOthers();
    fanOut.losing = true;
    await chat.post(token, 'lost');
    fanOut.say('', { kind: 'doubt' });
    await pass(2);
    expect(shown()).toEqual(['lost', 'lost']);
  });

  it('is shown in the end what was lost without a sign', async () => {
    const { chat, fanOut, token, shown, pass } = await chatBesideOthers();
    fanOut.losing = true;
    await chat.post(token, 'lost');
    await pass(17);
    expect(shown()).toEqual(['lost', 'lost']);
  });

  it('is not shown from the store what comes a moment later with its acknowledgement', async () => {
    const { chat, fanOut, token, peer, pass } = await chatBesideOthers();
    const late: [string, FanOutEvent][] = [];
    fanOut.publish = (userId, event) => void late.push([userId, event]);
    peer.say({ type: 'message', content: 'mine', id: 'my-id' });
    await settle();
    fanOut.say('', { kind: 'doubt' });
    await pass(1);
    for (const [userId, event] of late) fanOut.say(userId, event);
    await pass(3);
    expect(peer.messages.map(({ content }) => content)).toEqual(['mine', 'mine']);
    expect(peer.messages[0]).toMatchObject({ clientId: 'my-id' });
    expect((await chat.history(token)).length).toBe(4);
  });

  it('is closed with 4401 when its token was revoked elsewhere and the news was lost', async () => {
    const { chat, fanOut, token, peer, pass } = await chatBesideOthers();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.logout(token);
    await pass(1);
    expect(peer.closing?.code).toBe(4401);
  });

  it('that missed too much is closed with 1013', async () => {
    const { chat, fanOut, token, peer, pass } = await chatBesideOthers();
    fanOut.losing = true;
    fanOut.connected = false;
    for (let sent = 0; sent < 101; sent += 1) await chat.post(token, 'lost');
    await pass(2);
    expect(peer.closing?.code).toBe(1013);
  });

  it('stays while the store cannot be asked, and is shown all when it can', async () => {
    const { chat, fanOut, token, shown, pass } = await chatBesideOthers();
    fanOut.losing = true;
    fanOut.connected = false;
    await chat.post(token, 'lost');
    const { position } = chat.parts.store;
    chat.parts.store.position = () => Promise.reject(new Error('away'));
    await pass(5);
    expect(shown()).toEqual([]);
    expect(chat.log.filter(({ level }) => level === 'warn')).toHaveLength(1);
    chat.parts.store.position = position;
    await pass(2);
    expect(shown()).toEqual(['lost', 'lost']);
  });

  it('is followed while it lives, and nothing is asked after the server has stopped', async () => {
    const { chat, fanOut, peer } = await chatBesideOthers();
    expect(fanOut.followed).toHaveLength(1);
    peer.leave();
    expect(fanOut.followed).toHaveLength(0);
    await chat.api.drain();
    expect(chat.clock.pending).toBe(0);
  });
});
