import { expect, test, vi } from 'vitest';
import { NotFoundError } from '../../errors/api-errors.js';
import { ConnectionError } from '../../errors/call-errors.js';
import type { SocketMessage } from '../events.js';
import { coreMessage, frame, harness, message, status } from '../testing/harness.js';

const contents = (messages: readonly SocketMessage[]) => messages.map(({ content }) => content);

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message('assistant', `${from + index}`));

test('delivers missed messages before live ones, each once and in order', async () => {
  const { last, greet, messages, recovered, history } = harness();
  await greet();
  const all = numbered(1, 6);
  const [one, two, three, four, five, six] = all;
  last().receive(frame(one!));
  last().drop();
  history.unshift(four!, three!, two!, one!);
  await vi.advanceTimersByTimeAsync(500);
  const socket = last();
  socket.open();
  socket.receive(status({ event: 'connected', features: ['identity', 'ack'] }));
  socket.receive(frame(four!));
  socket.receive(frame(five!));
  expect(messages).toEqual([one]);
  await vi.advanceTimersByTimeAsync(0);
  socket.receive(frame(six!));
  expect(messages).toEqual(all);
  expect(recovered).toEqual([{ count: 3, complete: true }]);
});

test('emits no deltas of a reply that was delivered from history', async () => {
  const { socket, last, greet, messages, history } = harness({ stream: true });
  await greet();
  const deltas: string[] = [];
  socket.on('delta', ({ content }) => deltas.push(content));
  const [question, reply, next] = [message('user', 'Hi'), ...numbered(1, 2)];
  last().receive(frame(question!));
  last().drop();
  history.push(reply!, question!);
  await vi.advanceTimersByTimeAsync(500);
  last().open();
  last().receive(status({ event: 'connected', features: ['identity', 'ack', 'streaming'] }));
  last().receive(status({ event: 'delta', id: reply!.id, content: '1' }));
  last().receive(frame(reply!));
  last().receive(status({ event: 'delta', id: next!.id, content: '2' }));
  await vi.advanceTimersByTimeAsync(0);
  expect(messages).toEqual([question, reply]);
  expect(deltas).toEqual(['2']);
});

test.each([
  ['buffered during the request', true],
  ['later than the history', false],
])(
  'emits no typing event of a reply that was delivered from history, %s',
  async (_when, isEarly) => {
    const { socket, last, greet, messages, history } = harness();
    await greet();
    const events: string[] = [];
    socket.on('typing', () => events.push('typing'));
    socket.on('message', ({ content }) => events.push(content));
    const [question, reply, next] = [message('user', 'Hi'), ...numbered(1, 2)];
    last().drop();
    history.push(reply!, question!);
    await vi.advanceTimersByTimeAsync(500);
    last().open();
    last().receive(status({ event: 'connected', features: ['identity', 'ack', 'typing'] }));
    const receiveAgain = () => {
      last().receive(frame(question!));
      last().receive(status({ event: 'typing' }));
      last().receive(frame(reply!));
    };
    if (isEarly) receiveAgain();
    await vi.advanceTimersByTimeAsync(0);
    if (!isEarly) receiveAgain();
    expect(messages).toEqual([question, reply]);
    last().receive(status({ event: 'typing' }));
    last().receive(frame(next!));
    expect(events).toEqual(['Hi', '1', 'typing', '2']);
  },
);

test('fills a gap of many pages', async () => {
  const { last, greet, messages, recovered, history, mocks } = harness();
  await greet();
  const all = numbered(1, 180);
  last().receive(frame(all[0]!));
  last().drop();
  history.push(...all.toReversed());
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(messages).toEqual(all);
  expect(recovered).toEqual([{ count: 179, complete: true }]);
  expect(mocks.history).toHaveBeenCalledTimes(4);
});

test('delivers the newest messages of a gap that is too large, and reports it as incomplete', async () => {
  const { last, greet, messages, recovered, history } = harness({ recover: { maxMessages: 60 } });
  await greet();
  const all = numbered(1, 300);
  last().receive(frame(all[0]!));
  last().drop();
  history.push(...all.toReversed());
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(contents(messages).slice(0, 3)).toEqual(['1', '241', '242']);
  expect(recovered).toEqual([{ count: 60, complete: false }]);
});

test('fills a gap that starts before the first message, by the time of the greeting', async () => {
  const { last, greet, messages, recovered, history } = harness();
  await greet({ timestamp: '2026-01-01T10:00:00.000Z' });
  last().drop();
  const old = message('user', 'Old', { timestamp: '2026-01-01T09:59:59.999Z' });
  const missed = message('user', 'Missed', { timestamp: '2026-01-01T10:00:00.000Z' });
  history.push(missed, old);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(messages).toEqual([missed]);
  expect(recovered).toEqual([{ count: 1, complete: true }]);
});

test('retries a history request that fails temporarily', async () => {
  const { last, greet, messages, history, mocks, recovered } = harness();
  await greet();
  const [one, two, three] = numbered(1, 3);
  last().receive(frame(one!));
  last().drop();
  history.push(two!, one!);
  mocks.history.mockRejectedValueOnce(new ConnectionError('Down.'));
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(frame(three!));
  expect(messages).toEqual([one]);
  await vi.advanceTimersByTimeAsync(250);
  expect(messages).toEqual([one, two, three]);
  expect(recovered).toEqual([{ count: 1, complete: true }]);
});

test('delivers live messages if the history is not available, and reports the gap', async () => {
  const { last, greet, messages, mocks, recovered } = harness();
  await greet();
  const [one, two] = numbered(1, 2);
  last().receive(frame(one!));
  last().drop();
  mocks.history.mockRejectedValue(
    new NotFoundError({
      call: 'GET /chat/history',
      status: 404,
      detail: 'No.',
      headers: {},
      attempts: 1,
    }),
  );
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(frame(two!));
  expect(messages).toEqual([one, two]);
  expect(recovered).toEqual([{ count: 0, complete: false }]);
});

test('loses nothing if the connection is lost while the gap is filled', async () => {
  const { last, greet, messages, history, mocks, recovered } = harness();
  await greet();
  const [one, two, three] = numbered(1, 3);
  last().receive(frame(one!));
  last().drop();
  history.push(two!, one!);
  mocks.history.mockReturnValueOnce(new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(frame(three!));
  last().drop();
  history.unshift(three!);
  await vi.advanceTimersByTimeAsync(1000);
  await greet();
  expect(messages).toEqual([one, two, three]);
  expect(recovered).toEqual([{ count: 2, complete: true }]);
});

test('reads live messages that exceed the buffer from history', async () => {
  const { last, greet, messages, history, mocks, recovered } = harness({
    recover: { maxMessages: 10 },
  });
  await greet();
  const all = numbered(1, 9);
  last().receive(frame(all[0]!));
  last().drop();
  history.push(...all.toReversed());
  let respond = () => {};
  mocks.history.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        respond = () =>
          resolve({
            messages: all.slice(0, 2).toReversed(),
            pagination: { total: 2, page: 1, pageSize: 50 },
          });
      }),
  );
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  for (let times = 0; times < 3; times += 1) {
    for (const live of all.slice(2)) last().receive(frame(live));
  }
  respond();
  await vi.advanceTimersByTimeAsync(0);
  expect(messages).toEqual(all);
  expect(recovered).toEqual([{ count: 8, complete: true }]);
});

test('delivers no more messages of a gap after close() inside a listener', async () => {
  const { socket, last, greet, messages, history, recovered } = harness();
  await greet();
  const all = numbered(1, 5);
  last().receive(frame(all[0]!));
  last().drop();
  history.push(...all.toReversed());
  socket.on('message', ({ content }) => {
    if (content === '3') socket.close();
  });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(contents(messages)).toEqual(['1', '2', '3']);
  expect(recovered).toEqual([]);
});

test('core-only: delivers two identical messages within one second', async () => {
  const { last, openCore, messages, recovered, history } = harness();
  const ok = () => coreMessage('user', 'ok');
  history.push(coreMessage('assistant', 'Before', 'then'));
  await openCore();
  last().receive(frame(ok()));
  last().receive(frame(ok()));
  history.unshift(ok(), ok());
  last().drop();
  history.unshift(ok(), ok(), ok());
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect(recovered).toEqual([{ count: 3, complete: true }]);
  last().receive(frame(coreMessage('user', 'ok', 'a second later')));
  expect(messages).toHaveLength(6);
});

test('core-only: ignores late frames of messages that were delivered from history', async () => {
  const { last, openCore, messages, history } = harness();
  await openCore();
  const all = [1, 2, 3, 4].map((number) => coreMessage('user', `${number}`));
  last().receive(frame(all[0]!));
  last().drop();
  history.push(all[2]!, all[1]!, all[0]!);
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toEqual(all.slice(0, 3));
  for (const late of all.slice(1)) last().receive(frame(late));
  expect(messages).toEqual(all);
  last().receive(frame(all[3]!));
  expect(messages).toHaveLength(5);
});

test('core-only: counts the identical messages of a conversation that started on this socket', async () => {
  const { last, openCore, messages, recovered, history } = harness();
  await openCore();
  const turn = () => [coreMessage('user', 'ok'), coreMessage('assistant', 'ok')];
  for (const live of [...turn(), ...turn()]) {
    last().receive(frame(live));
    history.unshift(live);
  }
  last().drop();
  for (const missed of turn()) history.unshift(missed);
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toHaveLength(6);
  expect(recovered).toEqual([{ count: 2, complete: true }]);
});

test('core-only: counts messages that arrive while the first history is read', async () => {
  const { last, openCore, messages, recovered, history, mocks } = harness();
  const ok = () => coreMessage('user', 'ok');
  mocks.history.mockImplementationOnce(async () => {
    history.unshift(ok());
    last().receive(frame(ok()));
    return { messages: history.slice(), pagination: { total: 1, page: 1, pageSize: 50 } };
  });
  await openCore();
  last().drop();
  history.unshift(ok(), ok());
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toHaveLength(3);
  expect(recovered).toEqual([{ count: 2, complete: true }]);
});

test('core-only: fills a gap before the first delivered message', async () => {
  const { last, openCore, messages, history } = harness();
  history.push(coreMessage('user', 'Old'));
  await openCore();
  last().drop();
  history.unshift(coreMessage('user', 'Missed'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages)).toEqual(['Missed']);
});

test('core-only: delivers a message once if it arrives while the history is read', async () => {
  const { last, openCore, messages, history, mocks } = harness();
  await openCore();
  const [one, two, three] = [1, 2, 3].map((number) => coreMessage('user', `${number}`));
  last().receive(frame(one!));
  last().drop();
  history.push(two!, one!);
  mocks.history.mockImplementationOnce(async () => {
    history.unshift(three!);
    last().receive(frame(three!));
    const pagination = { total: history.length, page: 1, pageSize: 50 };
    return { messages: history.slice(), pagination };
  });
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toEqual([one, two, three]);
});

test('core-only: fills later gaps if the first connection was lost before its history was read', async () => {
  const { last, openCore, messages, history, mocks, recovered } = harness();
  const [old, one, two, three] = ['Old', 'One', 'Two', 'Three'].map((text) =>
    coreMessage('user', text, text),
  );
  history.push(old!);
  mocks.history.mockReturnValueOnce(new Promise(() => {}));
  await openCore();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  mocks.history.mockImplementationOnce(async () => {
    history.unshift(one!);
    last().receive(frame(one!));
    return { messages: history.slice(), pagination: { total: 2, page: 1, pageSize: 50 } };
  });
  await openCore();
  last().receive(frame(two!));
  last().drop();
  history.unshift(three!, two!);
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toEqual([one, two, three]);
  expect(recovered.at(-1)).toEqual({ count: 1, complete: true });
});

test('core-only: recognises a late frame of the second of two identical messages', async () => {
  const { last, openCore, messages, history, mocks, recovered } = harness();
  const ok = () => coreMessage('user', 'ok', '10:00');
  const [yes, no, missed] = ['yes', 'no', 'missed'].map((text) =>
    coreMessage('assistant', text, '10:00'),
  );
  await openCore();
  last().receive(frame(coreMessage('user', 'hello', '09:59')));
  last().drop();
  history.push(no!, ok(), yes!, ok(), coreMessage('user', 'hello', '09:59'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  last().receive(frame(ok()));
  last().receive(frame(no!));
  expect(contents(messages)).toEqual(['hello', 'ok', 'yes', 'ok', 'no']);
  last().drop();
  history.unshift(missed!);
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages).slice(5)).toEqual(['missed']);
  expect(recovered.at(-1)).toEqual({ count: 1, complete: true });
  expect(mocks.history).toHaveBeenCalled();
});

test('core-only: delivers nothing twice if frames and history have different timestamps', async () => {
  const { last, openCore, messages, history } = harness();
  await openCore();
  last().receive(frame(coreMessage('user', 'One', '10:00:00')));
  last().drop();
  history.push(coreMessage('user', 'Two', '10:00:05'), coreMessage('user', 'One', '09:59:59'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages)).toEqual(['One', 'Two']);
});

test('core-only: ask() resolves from history after a lost connection', async () => {
  const { socket, last, openCore, history } = harness();
  await openCore();
  const pendingReply = socket.ask('Hi');
  last().receive(frame(coreMessage('user', 'Hi')));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  history.push(coreMessage('assistant', 'Hello'), coreMessage('user', 'Hi'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  await expect(pendingReply).resolves.toMatchObject({ content: 'Hello' });
});

test('ask() on the new connection resolves although the gap before it could not be filled', async () => {
  const { socket, last, greet, recovered, mocks } = harness();
  await greet();
  const before = socket.ask('Before?');
  const [first] = last().sent;
  last().receive(frame(message('user', 'Before?', { clientId: first?.id })));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  const lost = expect(before).rejects.toMatchObject({ code: 'outcome_unknown' });
  let rejectHistory = (_error: Error) => {};
  mocks.history.mockReturnValue(
    new Promise((_resolve, reject) => {
      rejectHistory = reject;
    }),
  );
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  const after = socket.ask('After?');
  last().receive(frame(message('user', 'After?', { clientId: last().sent.at(-1)?.id })));
  last().receive(frame(message('assistant', 'Yes.')));
  await vi.advanceTimersByTimeAsync(0);
  rejectHistory(new NotFoundError({ call: '', status: 404, detail: '', headers: {}, attempts: 1 }));
  await expect(after).resolves.toMatchObject({ content: 'Yes.' });
  await lost;
  expect(recovered).toEqual([{ count: 0, complete: false }]);
});
