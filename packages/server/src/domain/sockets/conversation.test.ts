import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';

/** An assistant that replies when the test calls `answer`. */
function manualAssistant() {
  const waiting: ((reply: string) => void)[] = [];
  return {
    reply: () => new Promise<string>((resolve) => waiting.push(resolve)),
    answer: async (reply: string) => {
      waiting.shift()?.(reply);
      await flushTasks();
    },
  };
}

describe('a message on a socket', () => {
  it('is stored and answered, and its frames match the history', async () => {
    const chat = createSocketChat({ assistant: scriptedAssistant(['Hi!']) });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: ' Hello ' });
    await flushTasks();
    const stored = await chat.history(token);
    expect(stored).toMatchObject([
      { role: 'user', content: ' Hello ', status: 'delivered' },
      { role: 'assistant', content: 'Hi!', status: 'delivered' },
    ]);
    const without = ({ status: _, ...rest }: { status?: unknown }) => rest;
    expect(peer.messages.map(without)).toEqual(stored.map(without));
  });

  it('reaches every socket of its user and no other, in one order with REST messages', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peers = await Promise.all([1, 2, 3].map(() => chat.connect({ token })));
    const stranger = await chat.connect({ token: await chat.login('grace') });
    for (let round = 0; round < 5; round += 1) {
      for (const [index, peer] of peers.entries()) {
        peer.sendFrame({ type: 'message', content: `socket ${index}, round ${round}` });
      }
      await chat.post(token, `REST, round ${round}`);
    }
    await flushTasks();
    const stored = (await chat.history(token)).map(({ id }) => id);
    expect(stored).toHaveLength(40);
    for (const peer of peers) expect(peer.messages.map(({ id }) => id)).toEqual(stored);
    expect(stranger.messages).toEqual([]);
  });

  it('is serialized once for all sockets', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.sendFrame({ type: 'message', content: 'Hello' });
    await flushTasks();
    expect(first.texts.slice(1)).toEqual(second.texts.slice(1));
  });

  it('keeps its position among messages that are sent at the same time', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    const sent = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    for (const [index, content] of sent.entries()) {
      peer.sendFrame({
        type: 'message',
        content,
        ...(index % 3 === 0 ? { id: `id ${index}` } : {}),
      });
    }
    await flushTasks();
    const questions = peer.messages.filter(({ role }) => role === 'user');
    expect(questions.map(({ content }) => content)).toEqual(sent);
  });

  it('is followed by a typing event before the reply, on every socket', async () => {
    const assistant = manualAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.sendFrame({ type: 'message', content: 'Hello' });
    await flushTasks();
    for (const peer of [first, second]) {
      expect(peer.events('typing')).toMatchObject([{ role: 'assistant' }]);
      expect(peer.messages).toHaveLength(1);
    }
    await assistant.answer('Hi!');
    expect(second.messages[1]).toMatchObject({ role: 'assistant', content: 'Hi!' });
  });

  it('streams its reply to the sockets that requested streaming', async () => {
    const chunks = ['Li', 'ne ', '7 😀', '.'];
    const chat = createSocketChat({ assistant: scriptedAssistant([chunks]) });
    const token = await chat.login('ada');
    const streaming = await chat.connect({ token, stream: true });
    const plain = await chat.connect({ token });
    plain.sendFrame({ type: 'message', content: 'Which tram?' });
    await flushTasks();
    const deltas = streaming.events('delta');
    expect(deltas.map(({ content }) => content).join('')).toBe('Line 7 😀.');
    const reply = streaming.messages[1];
    expect(reply?.content).toBe('Line 7 😀.');
    expect(new Set(deltas.map(({ id }) => id))).toEqual(new Set([reply?.id]));
    expect(streaming.frames.at(-1)?.data).toEqual(reply);
    expect(plain.events('delta')).toEqual([]);
    expect(plain.messages).toHaveLength(2);
  });

  it('gets its reply after its socket was closed', async () => {
    const assistant = manualAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const [sender, other] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    sender.sendFrame({ type: 'message', content: 'Hello' });
    await flushTasks();
    sender.disconnect();
    await assistant.answer('Hi!');
    expect(other.messages.map(({ content }) => content)).toEqual(['Hello', 'Hi!']);
  });

  it('of the assistant without a question arrives and is delivered', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    await chat.api.pushMessage(userId, 'Are you there?');
    await flushTasks();
    expect(peer.messages).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(true);
  });

  it('is not delivered while no socket is open', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const { id: userId } = (await chat.parts.store.userByName('ada'))!;
    const early = chat.openSocket({ token });
    const later = await chat.connect({ token });
    for (const peer of [early, later]) peer.disconnect();
    chat.openSocket({ token }).disconnect();
    await flushTasks();
    await chat.api.pushMessage(userId, 'Are you there?');
    await flushTasks();
    const [record] = await chat.parts.store.messages(userId, { from: 1, to: 1 });
    expect(record?.delivered).toBe(false);
  });
});

describe('an acknowledged message', () => {
  it("has its frame's id on all sockets of the user, and its reply does not", async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    for (const peer of [first, second]) {
      expect(peer.messages.map(({ clientId }) => clientId)).toEqual(['frame-1', undefined]);
    }
  });

  it('that is repeated is acknowledged to that socket only, and not stored or answered again', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const [first, second] = await Promise.all([chat.connect({ token }), chat.connect({ token })]);
    first.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    second.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    expect(first.messages).toHaveLength(2);
    expect(second.messages).toHaveLength(3);
    expect(second.messages[2]).toMatchObject({ id: first.messages[0]?.id, clientId: 'frame-1' });
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('that is repeated while its reply is in progress is answered once', async () => {
    const assistant = manualAssistant();
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    await assistant.answer('Hi!');
    expect(peer.messages.map(({ clientId, role }) => clientId ?? role)).toEqual([
      'frame-1',
      'assistant',
      'frame-1',
    ]);
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('whose reply failed gets an error with its id, and is answered when it is sent again', async () => {
    const assistant = scriptedAssistant([new Error('overloaded'), 'Hi!']);
    const chat = createSocketChat({ assistant });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    expect(peer.events('error')).toMatchObject([{ id: 'frame-1' }]);
    expect(peer.events('rate_limited')).toEqual([]);
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    await flushTasks();
    expect(peer.messages.map(({ content }) => content)).toEqual(['Hello', 'Hello', 'Hi!']);
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('shares the namespace of its ids with REST keys', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    await chat.post(token, 'Hello', 'key-1');
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'key-1' });
    await flushTasks();
    expect(peer.messages[2]).toMatchObject({ clientId: 'key-1', id: peer.messages[0]?.id });
    expect(await chat.history(token)).toHaveLength(2);
  });

  it('rejects an id that was used for another message', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'frame-1' });
    peer.sendFrame({ type: 'message', content: 'Good bye', id: 'frame-1' });
    await flushTasks();
    expect(peer.events('error')).toMatchObject([{ id: 'frame-1' }]);
    expect(await chat.history(token)).toHaveLength(2);
  });
});
