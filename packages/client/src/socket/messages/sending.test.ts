import { expect, test, vi } from 'vitest';
import type { SocketMessage } from '../events.js';
import { coreMessage, frame, type Harness, harness, message, status } from '../testing/harness.js';

test('queues messages while there is no connection, and sends them in order', async () => {
  const { socket, last, greet } = harness();
  for (const content of ['One', 'Two', 'Three']) void socket.send(content);
  await greet();
  expect(last().contents).toEqual(['One', 'Two', 'Three']);
});

test('sends the trace of its caller with a message, also after the wait for a connection', async () => {
  const { socket, last, greet } = harness();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  void socket.send('Traced', { traceparent });
  void socket.send('Not traced');
  await greet();
  const [traced, notTraced] = last().sent;
  expect(traced).toMatchObject({ content: 'Traced', traceparent });
  expect(notTraced).not.toHaveProperty('traceparent');
});

test('keeps the order of messages across a reconnect, and resends unacknowledged ones with their id', async () => {
  const { socket, webSockets, last, greet } = harness();
  await greet();
  const sends = ['One', 'Two', 'Three'].map((content) => socket.send(content));
  const [one, two, three] = last().sent;
  last().receive(frame(message('user', 'One', { clientId: one?.id })));
  last().drop(1012);
  sends.push(socket.send('Four'));
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(webSockets).toHaveLength(2);
  expect(last().contents).toEqual(['Two', 'Three', 'Four']);
  expect(last().sent.slice(0, 2)).toEqual([two, three]);
  for (const { id, content } of last().sent) {
    last().receive(frame(message('user', content!, { clientId: id })));
  }
  await expect(Promise.all(sends)).resolves.toHaveLength(4);
});

test('delivers a message once if it is acknowledged again after a reconnect', async () => {
  const { socket, last, greet, messages, history } = harness();
  await greet();
  const pendingReply = socket.ask('Hi');
  const { id } = last().sent[0]!;
  const stored = message('user', 'Hi');
  const reply = message('assistant', 'Hello');
  last().drop();
  history.unshift(reply, stored);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(messages).toEqual([stored, reply]);
  last().receive(frame({ ...stored, clientId: id }));
  expect(messages).toHaveLength(2);
  await expect(pendingReply).resolves.toEqual(reply);
});

test('never has more messages in flight than a server queues turns', async () => {
  const { socket, last, greet } = harness();
  await greet();
  for (let index = 0; index < 100; index += 1) void socket.send(`${index}`);
  expect(last().sent).toHaveLength(64);
  last().receive(frame(message('user', '0', { clientId: last().sent[0]?.id })));
  expect(last().sent).toHaveLength(65);
});

test.each([
  ['messages', { maxMessages: 2 }],
  ['bytes', { maxBytes: 8 }],
])('rejects what exceeds the queue, in %s', async (_name, queue) => {
  const { socket, last, greet } = harness({ queue });
  const accepted = [socket.send('ééé'), socket.send('ab')];
  await expect(socket.send('c')).rejects.toMatchObject({
    code: 'not_sent',
    reason: 'overflow',
    content: 'c',
  });
  await greet();
  for (const { id, content } of last().sent) {
    last().receive(frame(message('user', content!, { clientId: id })));
  }
  await Promise.all(accepted);
  void socket.send('d');
  expect(last().contents).toEqual(['ééé', 'ab', 'd']);
});

test('rejects a message that waited too long, and one that was never acknowledged', async () => {
  const { socket, last, greet } = harness({ queue: { ttlMs: 5000 } });
  await greet();
  const left = socket.send('Left');
  await vi.advanceTimersByTimeAsync(1000);
  last().readyState = 2;
  const waits = socket.send('Waits');
  await vi.advanceTimersByTimeAsync(4000);
  await expect(left).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Left' });
  const outcome = Promise.race([waits, Promise.resolve('pending')]);
  await expect(outcome).resolves.toBe('pending');
  await vi.advanceTimersByTimeAsync(1000);
  await expect(waits).rejects.toMatchObject({
    code: 'not_sent',
    reason: 'expired',
    message: expect.stringMatching(
      /^The message was not sent: it was not sent within \d+ ms \(queue\.ttlMs\)\.$/,
    ),
  });
  last().drop(1012);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toEqual([]);
});

test('two sockets never use the same message id', async () => {
  const one = harness();
  await one.greet();
  void one.socket.send('Hi');
  const two = harness();
  await two.greet();
  void two.socket.send('Hi');
  const ids = [one, two].map(({ last }) => last().sent[0]?.id ?? '');
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id.length).toBeLessThanOrEqual(64);
});

test('messages rejected by a rate limit keep their order', async () => {
  const { socket, last, greet } = harness();
  await greet();
  for (const content of ['One', 'Two', 'Three']) void socket.send(content);
  const sent = last().sent.slice();
  for (const { id } of sent) {
    last().receive(status({ event: 'rate_limited', retryAfterMs: 1000, id }));
  }
  void socket.send('Four');
  await vi.advanceTimersByTimeAsync(1000);
  expect(last().contents.slice(3)).toEqual(['One', 'Two', 'Three', 'Four']);
});

test('a rate limit pauses the queue for at most an hour', async () => {
  const { socket, last, greet } = harness();
  await greet();
  last().receive(status({ event: 'rate_limited', retryAfterMs: 1e15 }));
  await vi.advanceTimersByTimeAsync(3_599_999);
  void socket.send('One');
  expect(last().contents).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(last().contents).toEqual(['One']);
});

test('a rate limit pauses the queue across a reconnect too', async () => {
  const { socket, last, greet } = harness();
  await greet();
  void socket.send('One');
  void socket.send('Two');
  const [one, two] = last().sent;
  last().receive(status({ event: 'rate_limited', retryAfterMs: 3000, id: two?.id }));
  last().receive(status({ event: 'rate_limited', retryAfterMs: 3000, id: one?.id }));
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(2500);
  expect(last().sent).toEqual([one, two]);
});

test('ask() rejects when the assistant fails', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const pendingReply = socket.ask('Hi');
  const { id } = last().sent[0]!;
  last().receive(frame(message('user', 'Hi', { clientId: id })));
  await vi.advanceTimersByTimeAsync(0);
  last().receive(status({ event: 'error', id, content: 'The assistant failed.' }));
  await expect(pendingReply).rejects.toMatchObject({
    code: 'outcome_unknown',
    content: 'Hi',
    message: expect.stringContaining('The assistant failed.'),
  });
});

/** Asks a question that the server stores; then the connection is lost before the reply. */
async function askAndLoseConnection(
  { socket, last, history }: Harness,
  stored: SocketMessage = message('user', 'Why?'),
) {
  const pendingReply = socket.ask(stored.content);
  const question = last().sent[0]!;
  last().receive(frame({ ...stored, clientId: question.id }));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  history.push(stored);
  return { pendingReply, question, stored };
}

test('sends a stored question without a reply again, with its id and before queued messages', async () => {
  const h = harness();
  const { socket, last, greet, messages } = h;
  await greet();
  const { pendingReply, question, stored } = await askAndLoseConnection(h);
  void socket.send('Next');
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toMatchObject([question, { content: 'Next' }]);
  last().receive(frame({ ...stored, clientId: question.id }));
  last().receive(frame(message('assistant', 'Because.')));
  await expect(pendingReply).resolves.toMatchObject({ content: 'Because.' });
  expect(messages.map(({ content }) => content)).toEqual(['Why?', 'Because.']);
});

test('sends a repeated question again when its rate limit is over', async () => {
  const h = harness({ queue: { ttlMs: 1000 } });
  const { last, greet } = h;
  await greet();
  const { pendingReply, question } = await askAndLoseConnection(h);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(status({ event: 'rate_limited', id: question.id, retryAfterMs: 5000 }));
  await vi.advanceTimersByTimeAsync(5000);
  expect(last().sent).toEqual([question, question]);
  last().receive(frame(message('assistant', 'Because.')));
  await expect(pendingReply).resolves.toMatchObject({ content: 'Because.' });
});

test('ask() does not resolve with the reply to another question', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const pendingReply = socket.ask('Why?');
  last().receive(frame(message('user', 'Why?', { clientId: last().sent[0]?.id })));
  await vi.advanceTimersByTimeAsync(0);
  // Another device asks; turns are processed one after the other.
  last().receive(frame(message('user', 'When?')));
  last().receive(frame(message('assistant', 'Tomorrow.')));
  await expect(pendingReply).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Why?' });
});

test('resolves no ask() if two questions directly follow each other', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const asks = [socket.ask('Why?'), socket.ask('When?')];
  const outcomes = Promise.allSettled(asks);
  const [why, when] = last().sent;
  last().receive(frame(message('user', 'Why?', { clientId: why?.id })));
  last().receive(frame(message('user', 'When?', { clientId: when?.id })));
  last().receive(frame(message('assistant', 'Because.')));
  expect((await outcomes).map(({ status: how }) => how)).toEqual(['rejected', 'rejected']);
});

test.each([
  ['without ids', ['ack'], ['ack']],
  ['to a backend that no longer acknowledges', ['identity', 'ack'], ['identity']],
])('does not send a stored question again %s', async (_, before, after) => {
  const h = harness();
  const { last, greet, states } = h;
  await greet({ features: before });
  const hasIds = before.includes('identity');
  await askAndLoseConnection(h, hasIds ? message('user', 'Why?') : coreMessage('user', 'Why?'));
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features: after });
  expect(states.at(-1)?.state).toBe('open');
  expect(last().sent).toEqual([]);
});

test('with replyTo, ask() waits for its own reply, even if it is late', async () => {
  const { socket, last, greet } = harness();
  await greet({ features: ['identity', 'ack', 'reply-to'] });
  const pendingReply = socket.ask('Why?');
  const why = message('user', 'Why?', { clientId: last().sent[0]?.id });
  const when = message('user', 'When?');
  last().receive(frame(why));
  await vi.advanceTimersByTimeAsync(0);
  // The assistant failed, another device pendingReply its question, and then this question was sent again.
  last().receive(frame(when));
  last().receive(frame(message('assistant', 'Tomorrow.', { replyTo: when.id })));
  last().receive(frame(message('assistant', 'Because.', { replyTo: why.id })));
  await expect(pendingReply).resolves.toMatchObject({ content: 'Because.' });
});

test('ask() does not resolve with a reply after a gap that could not be filled', async () => {
  const { socket, last, greet, history } = harness({ recover: { maxMessages: 2 } });
  await greet();
  const pendingReply = socket.ask('Why?');
  const stored = message('user', 'Why?');
  last().receive(frame({ ...stored, clientId: last().sent[0]?.id }));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  const [because, when, tomorrow] = [
    message('assistant', 'Because.'),
    message('user', 'When?'),
    message('assistant', 'Tomorrow.'),
  ];
  history.push(message('assistant', 'And so on.'), tomorrow!, when!, because!, stored);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  await expect(pendingReply).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Why?' });
});

test('redacts the token in a rejection', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const sent = socket.send('Hi');
  const { id } = last().sent[0]!;
  last().receive(status({ event: 'error', id, content: 'token-1 may not speak.' }));
  await expect(sent).rejects.toMatchObject({
    code: 'not_sent',
    message: 'The message was not sent: [redacted] may not speak.',
  });
});

test('without recovery, ask() does not wait for a reply in a gap', async () => {
  const { socket, last, greet, messages, recovered, mocks } = harness({ recover: false });
  await greet();
  const pendingReply = socket.ask('Hi');
  last().receive(frame(message('user', 'Hi', { clientId: last().sent[0]?.id })));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  await expect(pendingReply).rejects.toMatchObject({ code: 'outcome_unknown' });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(frame(message('assistant', 'Live')));
  expect(messages).toHaveLength(2);
  expect(mocks.history).not.toHaveBeenCalled();
  expect(recovered).toEqual([]);
});

test('core-only: sends frames without ids after a second without a greeting', async () => {
  const { socket, last, settle } = harness();
  void socket.send('Hi');
  await settle();
  last().open();
  await vi.advanceTimersByTimeAsync(999);
  expect(socket.state).toBe('connecting');
  await vi.advanceTimersByTimeAsync(1);
  expect(socket.state).toBe('open');
  expect(last().sent).toEqual([{ type: 'message', content: 'Hi' }]);
});

test('core-only: is open at the first frame that is not a greeting', async () => {
  const { socket, last, settle, messages } = harness();
  await settle();
  last().open();
  last().receive(frame(coreMessage('assistant', 'Hello')));
  expect(socket.state).toBe('open');
  expect(messages).toHaveLength(1);
});

test('core-only: send() resolves when its own message arrives, in order', async () => {
  const { socket, last, openCore } = harness();
  await openCore();
  const done: string[] = [];
  const first = socket.send('ok').then(({ timestamp }) => done.push(timestamp));
  const second = socket.send(' ok ').then(({ timestamp }) => done.push(timestamp));
  last().receive(frame(coreMessage('assistant', 'ok')));
  last().receive(frame(coreMessage('user', 'something else')));
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toEqual([]);
  last().receive(frame(coreMessage('user', 'ok', '1')));
  await first;
  expect(done).toEqual(['1']);
  last().receive(frame(coreMessage('user', ' ok ', '2')));
  await second;
  expect(done).toEqual(['1', '2']);
});

test('core-only: ask() resolves with the assistant message after its own message', async () => {
  const { socket, last, openCore } = harness();
  await openCore();
  const pendingReply = socket.ask('Hi');
  last().receive(frame(coreMessage('assistant', 'Before')));
  last().receive(frame(coreMessage('user', 'Hi')));
  last().receive(frame(coreMessage('assistant', 'Hello')));
  await expect(pendingReply).resolves.toMatchObject({ content: 'Hello' });
});

test('core-only: a message in flight on a lost connection has an unknown outcome and is not sent again', async () => {
  const { socket, webSockets, last, openCore } = harness();
  await openCore();
  const left = socket.send('Left');
  last().drop();
  const waits = socket.send('Waits');
  await expect(left).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Left' });
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(webSockets[1]?.contents).toEqual(['Waits']);
  last().receive(frame(coreMessage('user', 'Waits')));
  await expect(waits).resolves.toMatchObject({ content: 'Waits' });
});

test('waits the whole connectTimeoutMs for the greeting if the server announced extensions over HTTP', async () => {
  const { socket, last, greet, settle } = harness({}, { capabilities: { hasExtensions: true } });
  void socket.send('Hi');
  await settle();
  last().open();
  await vi.advanceTimersByTimeAsync(9000);
  expect(last().sent).toEqual([]);
  await greet();
  expect(last().sent[0]).toHaveProperty('id');
});

test('a late greeting adds acknowledgements from then on', async () => {
  const { socket, last, openCore, greet } = harness();
  await openCore();
  const before = socket.send('Before');
  await greet();
  const after = socket.send('After');
  const [bareFrame, ownFrame] = last().sent;
  expect(bareFrame).not.toHaveProperty('id');
  expect(ownFrame).toHaveProperty('id');
  last().receive(frame(message('user', 'Before')));
  await expect(before).resolves.toMatchObject({ content: 'Before' });
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toEqual([ownFrame]);
  last().receive(frame(message('user', 'After', { clientId: ownFrame?.id })));
  await after;
});

test('does not resend a message to a server that no longer acknowledges', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const sent = socket.send('Hi');
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features: ['identity'] });
  await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
  expect(last().sent).toEqual([]);
});
