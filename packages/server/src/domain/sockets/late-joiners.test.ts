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
  return { assistant, chat, token };
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

  it('receives no delta before there is text', async () => {
    const { assistant, chat, token } = await startReply();
    const peer = await chat.connect({ token, stream: true });
    expect(peer.events('delta')).toEqual([]);
    await assistant.send('One');
    await flushTasks();
    expect(peer.events('delta')).toMatchObject([{ offset: 0, content: 'One' }]);
  });

  it('sends nothing to the other sockets, and to those without stream=1', async () => {
    const { assistant, chat, token } = await startReply();
    const first = await chat.connect({ token, stream: true });
    await assistant.send('One');
    const before = first.frames.length;
    await chat.connect({ token, stream: true });
    expect(first.frames).toHaveLength(before);
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
  });
});
