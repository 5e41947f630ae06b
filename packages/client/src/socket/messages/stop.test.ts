import { describe, expect, test, vi } from 'vitest';
import { frame, harness, message, status } from '../testing/harness.js';

const features = ['identity', 'ack', 'reply-to', 'stop'];
const stops = (sent: readonly { type: string; id?: string }[]) =>
  sent.filter(({ type }) => type === 'stop');

test('stops the reply to a question, or any reply', async () => {
  const { socket, last, greet } = harness();
  await greet({ features });
  socket.stop('q1');
  socket.stop();
  expect(last().sent).toEqual([{ type: 'stop', id: 'q1' }, { type: 'stop' }]);
});

describe('without an id', () => {
  const typing = (replyTo?: string) => status({ event: 'typing', replyTo });
  const reply = (id: string) => frame(message('assistant', 'Good', { id }));
  const read = status({ event: 'read', id: 'q1' });

  test.each([
    ['the reply to the question before the first delta', [typing('q1')], { id: 'q1' }],
    ['the same when another tab has read the question', [typing('q1'), read], { id: 'q1' }],
    [
      'the reply of the deltas',
      [typing('q1'), status({ event: 'delta', id: 'r1', content: 'Go' })],
      { id: 'r1' },
    ],
    ['any reply when the last one is complete', [typing('q1'), reply('r1')], {}],
    ['any reply of a backend that does not name the question', [typing('q1'), typing()], {}],
  ])('stops %s', async (_, frames, expected) => {
    const { socket, last, greet } = harness();
    await greet({ features });
    for (const each of frames) last().receive(each);
    socket.stop();
    expect(last().sent).toEqual([{ type: 'stop', ...expected }]);
  });

  test('stops the named reply after a reconnect', async () => {
    const { socket, last, greet } = harness();
    await greet({ features });
    last().receive(typing('q1'));
    last().drop(1012);
    socket.stop();
    await vi.advanceTimersByTimeAsync(500);
    await greet({ features });
    expect(stops(last().sent)).toEqual([{ type: 'stop', id: 'q1' }]);
  });
});

test('stops a reply after the reconnect, while there is no connection', async () => {
  const { socket, last, greet } = harness();
  await greet({ features });
  last().drop(1012);
  socket.stop('q1');
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features });
  expect(last().sent).toEqual([{ type: 'stop', id: 'q1' }]);
});

test('cannot stop a reply on a backend without the extension', async () => {
  const { socket, last, greet } = harness();
  socket.stop();
  await greet();
  expect(() => socket.stop()).toThrowError(
    expect.objectContaining({ code: 'extension_unavailable', extension: 'stop' }),
  );
  expect(last().sent).toEqual([]);
});

test('stops the reply when the signal of its question aborts', async () => {
  const { socket, last, greet } = harness();
  await greet({ features });
  const controller = new AbortController();
  const reply = socket.ask('Hi', { signal: controller.signal });
  last().receive(frame(message('user', 'Hi', { id: 'q1', clientId: last().sent[0]?.id })));
  controller.abort();
  await expect(reply).rejects.toMatchObject({ code: 'aborted' });
  expect(stops(last().sent)).toEqual([{ type: 'stop', id: 'q1' }]);
});

test('stops the reply as soon as its question has an id, when the signal aborts before', async () => {
  const { socket, last, greet } = harness();
  await greet({ features });
  const controller = new AbortController();
  const reply = socket.ask('Hi', { signal: controller.signal });
  controller.abort();
  await expect(reply).rejects.toMatchObject({ code: 'aborted' });
  expect(stops(last().sent)).toEqual([]);
  const { id: clientId } = last().sent[0]!;
  last().receive(frame(message('user', 'Hi', { id: 'q1', clientId })));
  last().receive(frame(message('user', 'Hi', { id: 'q1', clientId })));
  expect(stops(last().sent)).toEqual([{ type: 'stop', id: 'q1' }]);
});

test.each([
  ['a question that was not sent', 'ask', false],
  ['a message', 'send', true],
] as const)('stops nothing when the signal of %s aborts', async (_, method, isConnected) => {
  const { socket, last, greet } = harness();
  if (isConnected) await greet({ features });
  const controller = new AbortController();
  const sent = socket[method]('Hi', { signal: controller.signal });
  controller.abort();
  await expect(sent).rejects.toMatchObject({ code: 'aborted' });
  if (!isConnected) await greet({ features });
  const clientId = last().sent[0]?.id;
  last().receive(frame(message('user', 'Hi', { id: 'q1', clientId })));
  expect(stops(last().sent)).toEqual([]);
});

test('stops nothing at a timeout, a lost connection or close()', async () => {
  const { socket, last, greet, webSockets } = harness();
  await greet({ features });
  const replies = [socket.ask('Hi', { timeoutMs: 100 }), socket.ask('Ho')];
  for (const [index, { id: clientId, content }] of last().sent.entries()) {
    last().receive(frame(message('user', content!, { id: `q${index}`, clientId })));
  }
  await vi.advanceTimersByTimeAsync(100);
  last().drop(1012);
  await vi.advanceTimersByTimeAsync(500);
  await greet({ features });
  socket.close();
  const outcomes = await Promise.allSettled(replies);
  expect(outcomes).toMatchObject([
    { reason: { code: 'timeout' } },
    { reason: { code: 'outcome_unknown' } },
  ]);
  expect(stops(webSockets.flatMap(({ sent }) => sent))).toEqual([]);
});

test('resolves with a stopped reply, and rejects when the reply was stopped before it had text', async () => {
  const { socket, last, greet } = harness();
  await greet({ features });
  const first = socket.ask('Hi');
  const second = socket.ask('Ho');
  for (const [index, { id: clientId, content }] of last().sent.entries()) {
    last().receive(frame(message('user', content!, { id: `q${index}`, clientId })));
  }
  last().receive(frame(message('assistant', 'Good ', { replyTo: 'q0', stopped: true })));
  last().receive(status({ event: 'stopped', id: 'q1' }));
  expect(await first).toMatchObject({ content: 'Good ', stopped: true });
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
});
