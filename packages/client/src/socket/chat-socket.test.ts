import { expect, test, vi } from 'vitest';
import { frame, harness, message, status } from './testing/harness.js';

test('connects with the token in the URL, and is open after the greeting', async () => {
  const { socket, last, greet, states } = harness();
  expect(socket.state).toBe('connecting');
  await greet();
  expect(last().url).toBe('wss://chat.example.com/ws/chat?token=token-1');
  expect(socket.state).toBe('open');
  expect(states).toEqual([{ state: 'open' }]);
});

test('requests deltas with stream=1', async () => {
  const { last, settle } = harness({ stream: true });
  await settle();
  expect(last().url).toContain('&stream=1');
});

test('send() resolves with the stored message when the server acknowledges it', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const sent = socket.send('Hi');
  const { id } = last().sent[0]!;
  expect(last().sent).toEqual([{ type: 'message', content: 'Hi', id }]);
  const stored = message('user', 'Hi', { clientId: id });
  last().receive(frame(stored));
  await expect(sent).resolves.toEqual(stored);
});

test('ask() resolves with the reply to its question', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const first = socket.ask('One?');
  const second = socket.ask('Two?');
  const [one, two] = last().sent;
  last().receive(frame(message('assistant', 'A reply to another message.')));
  last().receive(frame(message('user', 'One?', { clientId: one?.id })));
  last().receive(frame(message('assistant', 'One.')));
  last().receive(frame(message('user', 'Two?', { clientId: two?.id })));
  last().receive(frame(message('assistant', 'Two.')));
  await expect(first).resolves.toMatchObject({ content: 'One.' });
  await expect(second).resolves.toMatchObject({ content: 'Two.' });
});

test('emits messages, statuses, typing, deltas and receipts, but no heartbeats', async () => {
  const { socket, last, greet, messages } = harness({ stream: true });
  await greet();
  const seen: string[] = [];
  socket.on('status', ({ event }) => seen.push(`status ${event}`));
  socket.on('typing', () => seen.push('typing'));
  socket.on('delta', ({ content }) => seen.push(`delta ${content}`));
  socket.on('read', ({ id }) => seen.push(`read ${id}`));
  last().receive(status({ event: 'typing' }));
  last().receive(status({ event: 'delta', content: 'He', id: 'm' }));
  last().receive(status({ event: 'heartbeat' }));
  last().receive(status({ event: 'read', id: 'm' }));
  last().receive(frame(message('assistant', 'Hello')));
  expect(seen).toEqual(['status typing', 'typing', 'delta He', 'status read', 'read m']);
  expect(messages.map(({ content }) => content)).toEqual(['Hello']);
});

test('delivers a message once if it arrives twice', async () => {
  const { last, greet, messages } = harness();
  await greet();
  const twice = message('assistant', 'Hello');
  last().receive(frame(twice));
  last().receive(frame(twice));
  expect(messages).toEqual([twice]);
});

test.each([
  ['not JSON', 'hello'],
  ['JSON that is not a frame', '{"type":"message"}'],
  [
    'a message whose role is not a text',
    '{"type":"message","data":{"role":1,"content":"","timestamp":""}}',
  ],
  ['null', 'null'],
  ['binary', new ArrayBuffer(4)],
])('ignores a frame that is %s', async (_name, data) => {
  const { socket, last, greet, messages } = harness();
  await greet();
  last().receiveRaw(data);
  last().receive(frame(message('assistant', 'Hello')));
  expect(messages).toHaveLength(1);
  expect(socket.state).toBe('open');
});

test('logs the error of a listener, and calls the other listeners', async () => {
  const { socket, last, greet, messages, mocks } = harness();
  await greet();
  socket.on('message', () => {
    throw new Error('mine');
  });
  socket.on('message', async () => {
    throw new Error('mine too');
  });
  const later = vi.fn();
  socket.on('message', later);
  last().receive(frame(message('assistant', 'One')));
  last().receive(frame(message('assistant', 'Two')));
  await vi.advanceTimersByTimeAsync(0);
  expect(messages).toHaveLength(2);
  expect(later).toHaveBeenCalledTimes(2);
  expect(mocks.logger.error).toHaveBeenCalledTimes(4);
});

test('does not call a removed listener', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const one = vi.fn();
  const two = vi.fn();
  const stop = socket.on('message', one);
  socket.on('message', two);
  stop();
  socket.off('message', two);
  last().receive(frame(message('assistant', 'One')));
  expect(one).not.toHaveBeenCalled();
  expect(two).not.toHaveBeenCalled();
});

test('sends read receipts when the connection is open and the server supports them', async () => {
  const { socket, webSockets, last, greet } = harness();
  socket.markRead('m1');
  socket.markRead('m2');
  await greet();
  expect(last().sent).toEqual([{ type: 'read', id: 'm2' }]);
  last().drop();
  socket.markRead('m3');
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features: ['ack'] });
  expect(webSockets).toHaveLength(2);
  expect(last().sent).toEqual([]);
});

test('pauses the queue for the duration of a rate limit, then sends the message again', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const one = socket.send('One');
  last().receive(status({ event: 'rate_limited', retryAfterMs: 3000, id: last().sent[0]?.id }));
  const two = socket.send('Two');
  await vi.advanceTimersByTimeAsync(2999);
  expect(last().contents).toEqual(['One']);
  await vi.advanceTimersByTimeAsync(1);
  expect(last().contents).toEqual(['One', 'One', 'Two']);
  expect(last().sent[1]?.id).toBe(last().sent[0]?.id);
  for (const { id, content } of last().sent.slice(1)) {
    last().receive(frame(message('user', content!, { clientId: id })));
  }
  await expect(Promise.all([one, two])).resolves.toHaveLength(2);
});

test('rejects messages that the server rejects, and those that are always invalid', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const sent = socket.send('x'.repeat(9000));
  last().receive(status({ event: 'error', id: last().sent[0]?.id, content: 'Too long.' }));
  await expect(sent).rejects.toMatchObject({ code: 'not_sent', reason: 'rejected' });
  const pendingReply = socket.ask('Why?');
  last().receive(status({ event: 'error', id: last().sent[1]?.id, content: 'Not now.' }));
  await expect(pendingReply).rejects.toMatchObject({ code: 'not_sent', content: 'Why?' });
  await expect(socket.send(' ')).rejects.toMatchObject({ code: 'not_sent', reason: 'rejected' });
  await expect(socket.ask('\0')).rejects.toMatchObject({ code: 'not_sent', reason: 'rejected' });
  expect(last().sent).toHaveLength(2);
});

test('send() and ask() end with their signal or timeout', async () => {
  const { socket, last, greet } = harness();
  const controller = new AbortController();
  const aborted = socket.send('One', { signal: controller.signal });
  const late = socket.ask('Two', { timeoutMs: 100 });
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  const result = expect(late).rejects.toMatchObject({ code: 'timeout', timeoutMs: 100 });
  await vi.advanceTimersByTimeAsync(100);
  await result;
  await expect(socket.send('Three', { signal: controller.signal })).rejects.toMatchObject({
    code: 'aborted',
  });
  await greet();
  expect(last().sent).toEqual([]);
});

test('iterates over messages and statuses until the socket closes', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { type, data } of socket) seen.push(`${type} ${data.content}`);
  })();
  last().receive(status({ event: 'typing', content: 'Thinking.' }));
  last().receive(frame(message('assistant', 'Hello')));
  await vi.advanceTimersByTimeAsync(0);
  last().receive(frame(message('assistant', 'Bye')));
  socket.close();
  await reading;
  expect(seen).toEqual(['status Thinking.', 'message Hello', 'message Bye']);
});

test('an iteration that is too slow ends with an error', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const iterator = socket[Symbol.asyncIterator]();
  for (let index = 0; index < 1100; index += 1) {
    last().receive(frame(message('assistant', String(index))));
  }
  const read = async () => {
    for await (const _ of iterator);
  };
  await expect(read()).rejects.toMatchObject({ code: 'slow_reader' });
});

test('without validation, an invalid frame does not end the connection', async () => {
  const { socket, last, greet, messages, mocks } = harness({}, { validate: false });
  await greet({ features: 5 });
  await greet();
  void socket.send('Hi');
  last().receive({ type: 'message', data: { role: 'user', content: 7 } });
  last().receive(frame(message('assistant', 'Hello')));
  expect(messages.at(-1)).toMatchObject({ content: 'Hello' });
  expect(mocks.logger.warn).toHaveBeenCalled();
});
