import { expect, test, vi } from 'vitest';
import type { SocketMessage } from './events.js';
import { bare, frame, type Harness, harness, message, status } from './testing/harness.js';

test('keeps what is said while there is no line, and sends it in order', async () => {
  const { socket, last, greet } = harness();
  for (const content of ['One', 'Two', 'Three']) void socket.send(content);
  await greet();
  expect(last().contents).toEqual(['One', 'Two', 'Three']);
});

test('keeps the order of messages across a reconnect, and repeats the unacknowledged by id', async () => {
  const { socket, dials, last, greet } = harness();
  await greet();
  const sends = ['One', 'Two', 'Three'].map((content) => socket.send(content));
  const [one, two, three] = last().sent;
  last().receive(frame(message('user', 'One', { clientId: one?.id })));
  last().drop(1012);
  sends.push(socket.send('Four'));
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(dials).toHaveLength(2);
  expect(last().contents).toEqual(['Two', 'Three', 'Four']);
  expect(last().sent.slice(0, 2)).toEqual([two, three]);
  for (const { id, content } of last().sent) {
    last().receive(frame(message('user', content!, { clientId: id })));
  }
  await expect(Promise.all(sends)).resolves.toHaveLength(4);
});

test('a message that is acknowledged again after a reconnect is shown once', async () => {
  const { socket, last, greet, messages, history } = harness();
  await greet();
  const asked = socket.ask('Hi');
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
  await expect(asked).resolves.toEqual(reply);
});

test('never has more on the line than a server takes turns', async () => {
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
])('refuses what exceeds the queue, in %s', async (_name, queue) => {
  const { socket, last, greet } = harness({ queue });
  const kept = [socket.send('ééé'), socket.send('ab')];
  await expect(socket.send('c')).rejects.toMatchObject({
    code: 'not_sent',
    reason: 'overflow',
    content: 'c',
  });
  await greet();
  for (const { id, content } of last().sent) {
    last().receive(frame(message('user', content!, { clientId: id })));
  }
  await Promise.all(kept);
  void socket.send('d');
  expect(last().contents).toEqual(['ééé', 'ab', 'd']);
});

test('gives a message back that waited too long, and one that was never confirmed', async () => {
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
      /^The message was not sent: it was not taken within \d+ ms \(queue\.ttlMs\)\.$/,
    ),
  });
  last().drop(1012);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toEqual([]);
});

test('the ids of two sockets never meet', async () => {
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

test('messages that a limit refused keep their order', async () => {
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

test('a limit notice holds the queue across a reconnect too', async () => {
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

test('an answer that the assistant failed to give is told to who asked', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const asked = socket.ask('Hi');
  const { id } = last().sent[0]!;
  last().receive(frame(message('user', 'Hi', { clientId: id })));
  await vi.advanceTimersByTimeAsync(0);
  last().receive(status({ event: 'error', id, content: 'The assistant failed.' }));
  await expect(asked).rejects.toMatchObject({
    code: 'outcome_unknown',
    content: 'Hi',
    message: expect.stringContaining('The assistant failed.'),
  });
});

/** Asks something that the server stores, and then the line breaks before the answer. */
async function askAndBreak(
  { socket, last, history }: Harness,
  stored: SocketMessage = message('user', 'Why?'),
) {
  const asked = socket.ask(stored.content);
  const question = last().sent[0]!;
  last().receive(frame({ ...stored, clientId: question.id }));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  history.push(stored);
  return { asked, question, stored };
}

test('a question whose answer died with the server is asked again, with its id, before what waits', async () => {
  const stage = harness();
  const { socket, last, greet, messages } = stage;
  await greet();
  const { asked, question, stored } = await askAndBreak(stage);
  void socket.send('Next');
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(last().sent).toMatchObject([question, { content: 'Next' }]);
  last().receive(frame({ ...stored, clientId: question.id }));
  last().receive(frame(message('assistant', 'Because.')));
  await expect(asked).resolves.toMatchObject({ content: 'Because.' });
  expect(messages.map(({ content }) => content)).toEqual(['Why?', 'Because.']);
});

test('a question that is asked again and meets the limit is asked once more when it no longer holds', async () => {
  const stage = harness({ queue: { ttlMs: 1000 } });
  const { last, greet } = stage;
  await greet();
  const { asked, question } = await askAndBreak(stage);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(status({ event: 'rate_limited', id: question.id, retryAfterMs: 5000 }));
  await vi.advanceTimersByTimeAsync(5000);
  expect(last().sent).toEqual([question, question]);
  last().receive(frame(message('assistant', 'Because.')));
  await expect(asked).resolves.toMatchObject({ content: 'Because.' });
});

test('an ask is not given the answer to another question when its own never came', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const asked = socket.ask('Why?');
  last().receive(frame(message('user', 'Why?', { clientId: last().sent[0]?.id })));
  await vi.advanceTimersByTimeAsync(0);
  // Another device asks, and turns are taken one after the other.
  last().receive(frame(message('user', 'When?')));
  last().receive(frame(message('assistant', 'Tomorrow.')));
  await expect(asked).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Why?' });
});

test('of two questions that stand together, neither is given the reply that comes first', async () => {
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
  ['on a backend that no longer acknowledges', ['identity', 'ack'], ['identity']],
])('a stored question is not sent again %s', async (_, before, after) => {
  const stage = harness();
  const { last, greet, states } = stage;
  await greet({ features: before });
  const hasIds = before.includes('identity');
  await askAndBreak(stage, hasIds ? message('user', 'Why?') : bare('user', 'Why?'));
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features: after });
  expect(states.at(-1)?.state).toBe('open');
  expect(last().sent).toEqual([]);
});

test('where replies say what they answer, an ask waits for its own, however late it comes', async () => {
  const { socket, last, greet } = harness();
  await greet({ features: ['identity', 'ack', 'reply-to'] });
  const asked = socket.ask('Why?');
  const why = message('user', 'Why?', { clientId: last().sent[0]?.id });
  const when = message('user', 'When?');
  last().receive(frame(why));
  await vi.advanceTimersByTimeAsync(0);
  // The assistant failed, another device went on, and the question was asked again.
  last().receive(frame(when));
  last().receive(frame(message('assistant', 'Tomorrow.', { replyTo: when.id })));
  last().receive(frame(message('assistant', 'Because.', { replyTo: why.id })));
  await expect(asked).resolves.toMatchObject({ content: 'Because.' });
});

test('an ask is not given an answer from beyond a gap that could not be filled', async () => {
  const { socket, last, greet, history } = harness({ recover: { maxMessages: 2 } });
  await greet();
  const asked = socket.ask('Why?');
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
  await expect(asked).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Why?' });
});

test('a refusal that repeats the token does not show it', async () => {
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

test('with recovery off, an answer that fell into a gap is not waited for', async () => {
  const { socket, last, greet, messages, recovered, mocks } = harness({ recover: false });
  await greet();
  const asked = socket.ask('Hi');
  last().receive(frame(message('user', 'Hi', { clientId: last().sent[0]?.id })));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  await expect(asked).rejects.toMatchObject({ code: 'outcome_unknown' });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(frame(message('assistant', 'Live')));
  expect(messages).toHaveLength(2);
  expect(mocks.history).not.toHaveBeenCalled();
  expect(recovered).toEqual([]);
});

test('core-only: sends bare frames once a second went by without a greeting', async () => {
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

test('core-only: the first frame that is no greeting says as much', async () => {
  const { socket, last, settle, messages } = harness();
  await settle();
  last().open();
  last().receive(frame(bare('assistant', 'Hello')));
  expect(socket.state).toBe('open');
  expect(messages).toHaveLength(1);
});

test('core-only: a send resolves when its own message comes back, in order', async () => {
  const { socket, last, openCore } = harness();
  await openCore();
  const done: string[] = [];
  const first = socket.send('ok').then(({ timestamp }) => done.push(timestamp));
  const second = socket.send(' ok ').then(({ timestamp }) => done.push(timestamp));
  last().receive(frame(bare('assistant', 'ok')));
  last().receive(frame(bare('user', 'something else')));
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toEqual([]);
  last().receive(frame(bare('user', 'ok', '1')));
  await first;
  expect(done).toEqual(['1']);
  last().receive(frame(bare('user', ' ok ', '2')));
  await second;
  expect(done).toEqual(['1', '2']);
});

test('core-only: an ask resolves with the assistant that follows its own message', async () => {
  const { socket, last, openCore } = harness();
  await openCore();
  const asked = socket.ask('Hi');
  last().receive(frame(bare('assistant', 'Before')));
  last().receive(frame(bare('user', 'Hi')));
  last().receive(frame(bare('assistant', 'Hello')));
  await expect(asked).resolves.toMatchObject({ content: 'Hello' });
});

test('core-only: what left on a line that broke is unknown and never sent again', async () => {
  const { socket, dials, last, openCore } = harness();
  await openCore();
  const left = socket.send('Left');
  last().drop();
  const waits = socket.send('Waits');
  await expect(left).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Left' });
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(dials[1]?.contents).toEqual(['Waits']);
  last().receive(frame(bare('user', 'Waits')));
  await expect(waits).resolves.toMatchObject({ content: 'Waits' });
});

test('a server that is known to announce extensions is given the time to greet', async () => {
  const { socket, last, greet, settle } = harness({}, { announced: () => true });
  void socket.send('Hi');
  await settle();
  last().open();
  await vi.advanceTimersByTimeAsync(9000);
  expect(last().sent).toEqual([]);
  await greet();
  expect(last().sent[0]).toHaveProperty('id');
});

test('a greeting that comes late adds acknowledgements from then on, and loses nothing', async () => {
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

test('what left with an id is not repeated to a server without acknowledgements', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const sent = socket.send('Hi');
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features: ['identity'] });
  await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
  expect(last().sent).toEqual([]);
});
