import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';
import { scriptedAssistant } from '../../assistant/scripted-assistant.js';

/** An assistant that answers each question when the test says so. */
function patientAssistant() {
  const waiting: ((reply: string) => void)[] = [];
  return {
    reply: () => new Promise<string>((resolve) => waiting.push(resolve)),
    answer: async (reply: string) => {
      waiting.shift()?.(reply);
      await settle();
    },
  };
}

describe('a message on a socket', () => {
  it('is stored and answered, and its frames say what the history says', async () => {
    const chat = createSocketChat({ assistant: scriptedAssistant(['Hi!']) });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: ' Hello ' });
    await settle();
    const stored = await chat.history(token);
    expect(stored).toMatchObject([
      { role: 'user', content: ' Hello ', status: 'delivered' },
      { role: 'assistant', content: 'Hi!', status: 'delivered' },
    ]);
    const without = ({ status: _, ...rest }: { status?: unknown }) => rest;
    expect(peer.messages.map(without)).toEqual(stored.map(without));
  });

  it('reaches every socket of its user and nobody else, in one order with what REST says', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peers = await Promise.all([1, 2, 3].map(() => chat.connect({ token })));
    const stranger = await chat.connect({ token: await chat.login('grace') });
    for (let round = 0; round < 5; round += 1) {
      for (const [index, peer] of peers.entries()) {
        peer.say({ type: 'message', content: `socket ${index}, round ${round}` });
      }
      await chat.post(token, `REST, round ${round}`);
    }
    await settle();
    const stored = (await chat.history(token)).map(({ id }) => id);
    expect(stored).toHaveLength(40);
    for (const peer of peers) expect(peer.messages.map(({ id }) => id)).toEqual(stored);
    expect(stranger.messages).toEqual([]);
  });

  it('is made text once for all sockets', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.say({ type: 'message', content: 'Hello' });
    await settle();
    expect(first.texts.slice(1)).toEqual(second.texts.slice(1));
  });

  it('keeps its place among those that were sent with it', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    const sent = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    for (const [index, content] of sent.entries()) {
      peer.say({ type: 'message', content, ...(index % 3 === 0 ? { id: `id ${index}` } : {}) });
    }
    await settle();
    const asked = peer.messages.filter(({ role }) => role === 'user');
    expect(asked.map(({ content }) => content)).toEqual(sent);
  });

  it('is followed by typing before the reply, on every socket', async () => {
    const assistant = patientAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.say({ type: 'message', content: 'Hello' });
    await settle();
    for (const peer of [first, second]) {
      expect(peer.events('typing')).toMatchObject([{ role: 'assistant' }]);
      expect(peer.messages).toHaveLength(1);
    }
    await assistant.answer('Hi!');
    expect(second.messages[1]).toMatchObject({ role: 'assistant', content: 'Hi!' });
  });

  it('streams its reply to those sockets that asked for pieces', async () => {
    const pieces = ['Li', 'ne ', '7 😀', '.'];
    const chat = createSocketChat({ assistant: scriptedAssistant([pieces]) });
    const token = await chat.login('ada');
    const streaming = await chat.connect({ token, stream: true });
    const plain = await chat.connect({ token });
    plain.say({ type: 'message', content: 'Which tram?' });
    await settle();
    const deltas = streaming.events('delta');
    expect(deltas.map(({ content }) => content).join('')).toBe('Line 7 😀.');
    const reply = streaming.messages[1];
    expect(reply?.content).toBe('Line 7 😀.');
    expect(new Set(deltas.map(({ id }) => id))).toEqual(new Set([reply?.id]));
    expect(streaming.frames.at(-1)?.data).toEqual(reply);
    expect(plain.events('delta')).toEqual([]);
    expect(plain.messages).toHaveLength(2);
  });

  it('goes on to its reply when the socket that sent it is gone', async () => {
    const assistant = patientAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const [sender, other] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    sender.say({ type: 'message', content: 'Hello' });
    await settle();
    sender.leave();
    await assistant.answer('Hi!');
    expect(other.messages.map(({ content }) => content)).toEqual(['Hello', 'Hi!']);
  });

  it('that the assistant speaks of its own accord arrives and is delivered', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    await chat.api.push(userId, 'Are you there?');
    await settle();
    expect(peer.messages).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(true);
  });

  it('that nobody is there to take is not delivered', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const early = chat.dial({ token });
    const later = await chat.connect({ token });
    for (const peer of [early, later]) peer.leave();
    chat.dial({ token }).leave();
    await settle();
    await chat.api.push(userId, 'Are you there?');
    await settle();
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(false);
  });
});

describe('an acknowledged message', () => {
  it("carries its frame's id on all sockets of the user, and its reply does not", async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    for (const peer of [first, second]) {
      expect(peer.messages.map(({ clientId }) => clientId)).toEqual(['frame-1', undefined]);
    }
  });

  it('that is repeated is acknowledged to that socket only, and neither stored nor answered again', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    second.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    expect(first.messages).toHaveLength(2);
    expect(second.messages).toHaveLength(3);
    expect(second.messages[2]).toMatchObject({ id: first.messages[0]?.id, clientId: 'frame-1' });
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('that is repeated while its reply is under way is answered once', async () => {
    const assistant = patientAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    await assistant.answer('Hi!');
    expect(peer.messages.map(({ clientId, role }) => clientId ?? role)).toEqual([
      'frame-1',
      'assistant',
      'frame-1',
    ]);
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('whose reply failed says so with its id, and is answered when it comes again', async () => {
    const assistant = scriptedAssistant([new Error('overloaded'), 'Hi!']);
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    expect(peer.events('error')).toMatchObject([{ id: 'frame-1' }]);
    expect(peer.events('rate_limited')).toEqual([]);
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    await settle();
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hello', 'Hi!']);
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('shares its ids with the keys of REST', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    await chat.post(token, 'Hello', 'key-1');
    peer.say({ type: 'message', content: 'Hello', id: 'key-1' });
    await settle();
    expect(peer.messages[2]).toMatchObject({ clientId: 'key-1', id: peer.messages[0]?.id });
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('refuses an id that was used for other words', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.say({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.say({ type: 'message', content: 'Good bye', id: 'frame-1' });
    await settle();
    expect(peer.events('error')).toMatchObject([{ id: 'frame-1' }]);
    expect(await chat.history(token)).toHaveLength(2);
  });
});
