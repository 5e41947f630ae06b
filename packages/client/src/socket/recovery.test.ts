import { expect, test, vi } from 'vitest';
import { ConnectionError } from '../errors/connection-error.js';
import { NotFoundError } from '../errors/not-found-error.js';
import type { SocketMessage } from './events.js';
import { bare, frame, harness, message, status } from './testing/harness.js';

const contents = (messages: readonly SocketMessage[]) => messages.map(({ content }) => content);

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message('assistant', `${from + index}`));

test('shows what was missed before what comes live, each once and in order', async () => {
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

test('does not begin a reply again, piece by piece, that came out of the history', async () => {
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

test('says so when the gap is larger than it may fetch, and shows the newest of it', async () => {
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

test('fills a gap that began before anything was shown, by the time of the greeting', async () => {
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

test('tries a history again that is out of reach for now', async () => {
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

test('lets the live messages through when there is no history to be had, and says so', async () => {
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

test('a line that breaks while the gap is filled loses nothing', async () => {
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

test('more live messages than it may hold back are read from the history instead', async () => {
  const { last, greet, messages, history, mocks, recovered } = harness({
    recover: { maxMessages: 10 },
  });
  await greet();
  const all = numbered(1, 9);
  last().receive(frame(all[0]!));
  last().drop();
  history.push(...all.toReversed());
  let answer = () => {};
  mocks.history.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answer = () =>
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
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(messages).toEqual(all);
  expect(recovered).toEqual([{ count: 8, complete: true }]);
});

test('a listener that closes the socket while the gap is shown stops it', async () => {
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

test('core-only: two identical messages in one second are two messages', async () => {
  const { last, openCore, messages, recovered, history } = harness();
  const ok = () => bare('user', 'ok');
  history.push(bare('assistant', 'Before', 'then'));
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
  last().receive(frame(bare('user', 'ok', 'a second later')));
  expect(messages).toHaveLength(6);
});

test('core-only: frames that the history overtook are not shown again', async () => {
  const { last, openCore, messages, history } = harness();
  await openCore();
  const all = [1, 2, 3, 4].map((number) => bare('user', `${number}`));
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

test('core-only: a conversation that began on this socket is counted, whatever it says', async () => {
  const { last, openCore, messages, recovered, history } = harness();
  await openCore();
  const turn = () => [bare('user', 'ok'), bare('assistant', 'ok')];
  for (const shown of [...turn(), ...turn()]) {
    last().receive(frame(shown));
    history.unshift(shown);
  }
  last().drop();
  for (const missed of turn()) history.unshift(missed);
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(messages).toHaveLength(6);
  expect(recovered).toEqual([{ count: 2, complete: true }]);
});

test('core-only: what comes while the first history is read is counted as well', async () => {
  const { last, openCore, messages, recovered, history, mocks } = harness();
  const ok = () => bare('user', 'ok');
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

test('core-only: fills the gap of a socket that had shown nothing', async () => {
  const { last, openCore, messages, history } = harness();
  history.push(bare('user', 'Old'));
  await openCore();
  last().drop();
  history.unshift(bare('user', 'Missed'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages)).toEqual(['Missed']);
});

test('core-only: a message that comes while the history is read is shown once', async () => {
  const { last, openCore, messages, history, mocks } = harness();
  await openCore();
  const [one, two, three] = [1, 2, 3].map((number) => bare('user', `${number}`));
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

test('core-only: a line that died before its first history was read loses no later gap', async () => {
  const { last, openCore, messages, history, mocks, recovered } = harness();
  const [old, one, two, three] = ['Old', 'One', 'Two', 'Three'].map((text) =>
    bare('user', text, text),
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

test('core-only: of two messages that are alike the line may bring the later one again', async () => {
  const { last, openCore, messages, history, mocks, recovered } = harness();
  const ok = () => bare('user', 'ok', '10:00');
  const [yes, no, missed] = ['yes', 'no', 'missed'].map((text) => bare('assistant', text, '10:00'));
  await openCore();
  last().receive(frame(bare('user', 'hello', '09:59')));
  last().drop();
  history.push(no!, ok(), yes!, ok(), bare('user', 'hello', '09:59'));
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

test('core-only: a backend that stamps frames and history apart shows nothing twice', async () => {
  const { last, openCore, messages, history } = harness();
  await openCore();
  last().receive(frame(bare('user', 'One', '10:00:00')));
  last().drop();
  history.push(bare('user', 'Two', '10:00:05'), bare('user', 'One', '09:59:59'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  expect(contents(messages)).toEqual(['One', 'Two']);
});

test('core-only: an ask whose line broke is answered from the history', async () => {
  const { socket, last, openCore, history } = harness();
  await openCore();
  const asked = socket.ask('Hi');
  last().receive(frame(bare('user', 'Hi')));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  history.push(bare('assistant', 'Hello'), bare('user', 'Hi'));
  await vi.advanceTimersByTimeAsync(500);
  await openCore();
  await expect(asked).resolves.toMatchObject({ content: 'Hello' });
});

test('what is asked on the new line is answered there, though the gap before it stays open', async () => {
  const { socket, last, greet, recovered, mocks } = harness();
  await greet();
  const before = socket.ask('Before?');
  const [first] = last().sent;
  last().receive(frame(message('user', 'Before?', { clientId: first?.id })));
  await vi.advanceTimersByTimeAsync(0);
  last().drop();
  const lost = expect(before).rejects.toMatchObject({ code: 'outcome_unknown' });
  let refuse = (_error: Error) => {};
  mocks.history.mockReturnValue(
    new Promise((_resolve, reject) => {
      refuse = reject;
    }),
  );
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  const after = socket.ask('After?');
  last().receive(frame(message('user', 'After?', { clientId: last().sent.at(-1)?.id })));
  last().receive(frame(message('assistant', 'Yes.')));
  await vi.advanceTimersByTimeAsync(0);
  refuse(new NotFoundError({ call: '', status: 404, detail: '', headers: {}, attempts: 1 }));
  await expect(after).resolves.toMatchObject({ content: 'Yes.' });
  await lost;
  expect(recovered).toEqual([{ count: 0, complete: false }]);
});
