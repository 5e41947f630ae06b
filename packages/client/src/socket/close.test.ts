import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { Harness } from './testing/harness.js';
import { frame, harness, message } from './testing/harness.js';

const moments: [string, (h: Harness) => Promise<void>][] = [
  ['before anything', async () => {}],
  ['while the token is fetched', async ({ settle }) => settle()],
  ['while it dials', async ({ settle }) => settle()],
  [
    'before the greeting',
    async ({ settle, last }) => {
      await settle();
      last().open();
    },
  ],
  ['while open', async ({ greet }) => greet({ heartbeatMs: 1000 })],
  [
    'while waiting',
    async ({ greet, last }) => {
      await greet();
      last().drop(1012);
    },
  ],
  [
    'while the token is refreshed',
    async ({ greet, last }) => {
      await greet();
      last().drop(4401);
    },
  ],
  [
    'while it probes',
    async ({ settle, last }) => {
      await settle();
      last().fail();
    },
  ],
  [
    'while held by a limit',
    async ({ greet, last, socket }) => {
      await greet();
      void socket.send('x');
      last().receive({
        type: 'status',
        data: { role: 's', content: '', timestamp: '', event: 'rate_limited', retryAfterMs: 9999 },
      });
    },
  ],
  [
    'while it recovers',
    async ({ greet, last, mocks }) => {
      await greet();
      last().drop(1012);
      await vi.advanceTimersByTimeAsync(500);
      mocks.history.mockReturnValue(new Promise(() => {}));
      await greet();
    },
  ],
  [
    'after it was closed by the server',
    async ({ greet, last }) => {
      await greet();
      last().drop(1008);
    },
  ],
];

test.each(moments)('close() %s leaves nothing behind', async (name, reach) => {
  const scope = new EventTarget();
  const added = vi.spyOn(scope, 'addEventListener');
  const removed = vi.spyOn(scope, 'removeEventListener');
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  const h = harness();
  if (name === 'while the token is fetched') h.mocks.token.mockReturnValue(new Promise(() => {}));
  await reach(h);
  const dials = h.dials.length;
  const pending = h.socket.send('Left behind');
  h.socket.close();
  h.socket.close();
  h.socket.reconnect();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(3_600_000);

  expect(h.socket.state).toBe('closed');
  expect(h.states.filter(({ state }) => state === 'closed')).toHaveLength(1);
  expect(h.dials).toHaveLength(dials);
  expect(h.dials.every((dial) => dial.readyState === 3)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  await expect(pending).rejects.toHaveProperty('content', 'Left behind');
  vi.unstubAllGlobals();
});

test('a token that arrives after close() opens no socket', async () => {
  let arrive = (_token: string) => {};
  const token = () =>
    new Promise<string>((resolve) => {
      arrive = resolve;
    });
  const { socket, dials, settle } = harness({}, { tokens: { token, refresh: token } });
  await settle();
  socket.close();
  arrive('late');
  await settle();
  expect(dials).toEqual([]);
});

test('mounting, unmounting and mounting again asks for one token and dials once', async () => {
  const first = harness();
  first.socket.close();
  const second = harness();
  await second.greet();
  expect(first.mocks.token).not.toHaveBeenCalled();
  expect(first.dials).toEqual([]);
  expect(second.dials).toHaveLength(1);
});

test.each(['open', 'waiting', 'connecting', 'closed'] as const)(
  'close() inside a listener of "%s" is the end',
  async (state) => {
    const { socket, dials, last, greet, states } = harness();
    socket.on('state', (change) => {
      if (change.state === state) socket.close();
    });
    await greet();
    if (socket.state !== 'closed') last().drop(1012);
    await vi.advanceTimersByTimeAsync(500);
    if (socket.state !== 'closed') socket.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toMatchObject({ state: 'closed' });
    expect(states.filter((change) => change.state === 'closed')).toHaveLength(1);
    expect(dials.every(({ readyState }) => readyState === 3)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('close() inside a message listener ends the messages', async () => {
  const { socket, last, greet, messages } = harness();
  await greet();
  socket.on('message', () => socket.close());
  last().receive(frame(message('assistant', 'One')));
  last().receive(frame(message('assistant', 'Two')));
  expect(messages).toHaveLength(1);
});

test('a signal closes the socket for good, also one that aborted before', async () => {
  const controller = new AbortController();
  const { socket, greet, states } = harness({ signal: controller.signal });
  await greet();
  controller.abort();
  expect(states.at(-1)).toMatchObject({ state: 'closed', error: { code: 'aborted' } });
  expect(socket.state).toBe('closed');
  const late = harness({ signal: controller.signal });
  await late.settle();
  expect(late.dials).toEqual([]);
  expect(late.socket.state).toBe('closed');
});

test('a closed socket has let go of every signal that it was given', async () => {
  const { signal } = new AbortController();
  const { socket, last, greet } = harness({ signal });
  await greet();
  const left = socket.send('Left', { signal });
  last().readyState = 2;
  const waits = socket.ask('Waits?', { signal, timeoutMs: 60_000 });
  expect(getEventListeners(signal, 'abort')).toHaveLength(3);
  socket.close();
  await Promise.allSettled([left, waits]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('the end of an `await using` block closes the socket', async () => {
  const { socket, greet } = harness();
  await greet();
  await socket[Symbol.asyncDispose]();
  expect(socket.state).toBe('closed');
});

test('tells what never left from what may have arrived', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const left = socket.send('Left');
  last().readyState = 2;
  const waits = socket.send('Waits');
  const asked = socket.ask('Waits too');
  socket.close();
  await expect(left).rejects.toMatchObject({ code: 'outcome_unknown', content: 'Left' });
  await expect(waits).rejects.toMatchObject({ code: 'not_sent', reason: 'closed' });
  await expect(asked).rejects.toMatchObject({ code: 'not_sent', content: 'Waits too' });
});

test('an iteration ends with the socket, and throws what ended it', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const iterator = socket[Symbol.asyncIterator]();
  const next = iterator.next();
  last().drop(4403, 'No.');
  await expect(next).rejects.toMatchObject({ code: 'socket_closed', closeCode: 4403 });
  await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  await expect(socket[Symbol.asyncIterator]().next()).resolves.toMatchObject({ done: true });
});

test('a send that nobody awaits does not end the process when it fails', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const { socket, settle } = harness();
  void socket.send('Hi');
  void socket.ask('Hi?');
  void socket.send('');
  socket.close();
  void socket.send('Too late');
  await settle();
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('a line that is given up at its first sign of life shows nothing of it', async () => {
  const { socket, last, settle, messages } = harness();
  const stop = socket.on('state', ({ state }) => {
    if (state !== 'open') return;
    stop();
    socket.reconnect();
  });
  await settle();
  last().open();
  last().receive(frame(message('assistant', 'First')));
  expect(socket.state).toBe('connecting');
  expect(messages).toEqual([]);
});
