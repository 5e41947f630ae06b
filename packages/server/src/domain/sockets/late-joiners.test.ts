import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { DeltaPosition } from './delta-position.js';

async function startReply() {
  const assistant = chunkAssistant();
  const chat = createSocketChat({ assistant });
  const token = await chat.login('ada');
  const asking = await chat.connect({ token });
  asking.sendFrame({ type: 'message', content: 'Hello' });
  await assistant.receivedRequests(1);
  return { assistant, chat, token, asking };
}

describe('a socket that opens during a reply', () => {
  it('receives the text so far as its first delta, then the others', async () => {
    const { assistant, chat, token } = await startReply();
    await assistant.send('One, ');
    await assistant.send('two, ');
    const peer = await chat.connect({ token, stream: true });
    expect(peer.frames.map(({ data }) => data.event)).toEqual(['connected', 'delta']);
    await assistant.send('three');
    assistant.end();
    await flushTasks();
    const deltas = peer.events('delta');
    expect(deltas.map(({ offset, content }) => [offset, content])).toEqual([
      [0, 'One, two, '],
      [10, 'three'],
    ]);
    expect(peer.messages).toMatchObject([{ id: deltas[0]?.id, content: 'One, two, three' }]);
  });

  it('receives no delta before there is text, but which question is answered', async () => {
    const { assistant, chat, token, asking } = await startReply();
    const peer = await chat.connect({ token, stream: true });
    expect(peer.frames.map(({ data }) => data.event)).toEqual(['connected', 'typing']);
    const [question] = asking.messages;
    expect(peer.events('typing')).toMatchObject([{ replyTo: question?.id }]);
    await assistant.send('One');
    await flushTasks();
    expect(peer.events('delta')).toMatchObject([{ offset: 0, content: 'One' }]);
  });

  it('stops the reply before it has text, and no other one', async () => {
    const { assistant, chat, token } = await startReply();
    const peer = await chat.connect({ token, stream: true });
    const [typing] = peer.events('typing');
    peer.sendFrame({ type: 'stop', id: typing?.replyTo });
    await flushTasks();
    expect(peer.events('stopped')).toMatchObject([{ id: typing?.replyTo }]);
    peer.sendFrame({ type: 'message', content: 'Hello again' });
    await assistant.receivedRequests(2);
    peer.sendFrame({ type: 'stop', id: typing?.replyTo });
    await assistant.send('One');
    assistant.end();
    await flushTasks();
    expect(peer.messages.at(-1)).toMatchObject({ content: 'One' });
    expect(peer.messages.at(-1)).not.toHaveProperty('stopped');
  });

  it.each([
    ['has text', 'One'],
    ['has no text', undefined],
  ])('sends nothing to the other sockets, when the reply %s', async (_, text) => {
    const { assistant, asking, chat, token } = await startReply();
    const first = await chat.connect({ token, stream: true });
    if (text !== undefined) await assistant.send(text);
    const before = [asking.frames.length, first.frames.length];
    await chat.connect({ token, stream: true });
    expect([asking.frames.length, first.frames.length]).toEqual(before);
  });

  it('receives nothing of a reply to another user', async () => {
    const { assistant, chat } = await startReply();
    await assistant.send('One');
    const peer = await chat.connect({ token: await chat.login('bob'), stream: true });
    expect(peer.events('delta')).toEqual([]);
  });
});

describe('the deltas of a socket', () => {
  const delta = (id: string, offset: number, length: number) => ({ id, offset, length });

  it('start at offset 0 and have no gap', () => {
    const position = new DeltaPosition();
    expect(position.next(delta('a', 4, 2))).toBe('request');
    expect(position.next(delta('a', 6, 2))).toBe('skip');
    expect(position.next(delta('a', 0, 8))).toBe('send');
    expect(position.next(delta('a', 8, 1))).toBe('send');
    expect(position.next(delta('a', 0, 9))).toBe('skip');
    expect(position.next(delta('a', 10, 1))).toBe('request');
    expect(position.next(delta('a', 0, 11))).toBe('send');
    expect(position.next(delta('b', 0, 1))).toBe('send');
    expect(position.next(delta('a', 11, 1))).toBe('request');
    expect(position.next(delta('c', 0, 0))).toBe('send');
    expect(position.next(delta('c', 0, 0))).toBe('skip');
    expect(position.next(delta('c', 0, 1))).toBe('send');
    expect(position.next(delta('c', 0, 0))).toBe('skip');
  });
});
