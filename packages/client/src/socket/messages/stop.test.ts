import { expect, test, vi } from 'vitest';
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
