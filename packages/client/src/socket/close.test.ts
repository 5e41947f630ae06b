import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { Harness } from './testing/harness.js';
import { frame, harness, message } from './testing/harness.js';

const cases: [string, (h: Harness) => Promise<void>][] = [
  ['before it connects', async () => {}],
  ['while the token is fetched', async ({ settle }) => settle()],
  ['while it connects', async ({ settle }) => settle()],
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
    'while it checks the token',
    async ({ settle, last }) => {
      await settle();
      last().fail();
    },
  ],
  [
    'while paused by a rate limit',
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
    'while it fills a gap',
    async ({ greet, last, mocks }) => {
      await greet();
      last().drop(1012);
      await vi.advanceTimersByTimeAsync(500);
      mocks.history.mockReturnValue(new Promise(() => {}));
      await greet();
    },
  ],
  [
    'after the server closed it',
    async ({ greet, last }) => {
      await greet();
      last().drop(1008);
    },
  ],
];

test.each(cases)('close() %s leaves no timer, listener or connection', async (name, reach) => {
  const scope = new EventTarget();
  const added = vi.spyOn(scope, 'addEventListener');
  const removed = vi.spyOn(scope, 'removeEventListener');
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  const h = harness();
  if (name === 'while the token is fetched') h.mocks.token.mockReturnValue(new Promise(() => {}));
  await reach(h);
  const webSockets = h.webSockets.length;
  const pending = h.socket.send('Pending');
  h.socket.close();
  h.socket.close();
  h.socket.reconnect();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(3_600_000);

  expect(h.socket.state).toBe('closed');
  expect(h.states.filter(({ state }) => state === 'closed')).toHaveLength(1);
  expect(h.webSockets).toHaveLength(webSockets);
  expect(h.webSockets.every(({ readyState }) => readyState === 3)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  await expect(pending).rejects.toHaveProperty('content', 'Pending');
  vi.unstubAllGlobals();
});

test('opens no WebSocket when the token arrives after close()', async () => {
  let resolveToken = (_token: string) => {};
  const token = () =>
    new Promise<string>((resolve) => {
      resolveToken = resolve;
    });
  const { socket, webSockets, settle } = harness(
    {},
    { tokens: { tokenForSocket: token, refresh: token } },
  );
  await settle();
  socket.close();
  resolveToken('late');
  await settle();
  expect(webSockets).toEqual([]);
});

test('requests one token and connects once when a component mounts, unmounts and mounts again', async () => {
  const first = harness();
  first.socket.close();
  const second = harness();
  await second.greet();
  expect(first.mocks.token).not.toHaveBeenCalled();
  expect(first.webSockets).toEqual([]);
  expect(second.webSockets).toHaveLength(1);
});

test.each(['open', 'waiting', 'connecting', 'closed'] as const)(
  'close() inside a listener of "%s" is final',
  async (state) => {
    const { socket, webSockets, last, greet, states } = harness();
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
    expect(webSockets.every(({ readyState }) => readyState === 3)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('delivers no message after close() inside a message listener', async () => {
  const { socket, last, greet, messages } = harness();
  await greet();
  socket.on('message', () => socket.close());
  last().receive(frame(message('assistant', 'One')));
  last().receive(frame(message('assistant', 'Two')));
  expect(messages).toHaveLength(1);
});

test('closes when the signal aborts, also if it was aborted before', async () => {
  const controller = new AbortController();
  const { socket, greet, states } = harness({ signal: controller.signal });
  await greet();
  controller.abort();
  expect(states.at(-1)).toMatchObject({ state: 'closed', error: { code: 'aborted' } });
  expect(socket.state).toBe('closed');
  const late = harness({ signal: controller.signal });
  await late.settle();
  expect(late.webSockets).toEqual([]);
  expect(late.socket.state).toBe('closed');
});

test('removes all abort listeners when it closes', async () => {
  const { signal } = new AbortController();
  const { socket, last, greet } = harness({ signal });
  await greet();
  const inFlight = socket.send('In flight', { signal });
  last().readyState = 2;
  const queued = socket.ask('Queued?', { signal, timeoutMs: 60_000 });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  socket.close();
  await Promise.allSettled([inFlight, queued]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('closes at the end of an `await using` block', async () => {
  const { socket, greet } = harness();
  await greet();
  await socket[Symbol.asyncDispose]();
  expect(socket.state).toBe('closed');
});

test('distinguishes unsent messages from those with an unknown outcome', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const inFlight = socket.send('In flight');
  last().readyState = 2;
  const queued = socket.send('Queued');
  const pendingReply = socket.ask('Queued too');
  socket.close();
  await expect(inFlight).rejects.toMatchObject({ code: 'outcome_unknown', content: 'In flight' });
  await expect(queued).rejects.toMatchObject({ code: 'not_sent', reason: 'closed' });
  await expect(pendingReply).rejects.toMatchObject({ code: 'not_sent', content: 'Queued too' });
});

test('an iteration ends with the error that closed the socket', async () => {
  const { socket, last, greet } = harness();
  await greet();
  const iterator = socket[Symbol.asyncIterator]();
  const next = iterator.next();
  last().drop(4403, 'No.');
  await expect(next).rejects.toMatchObject({ code: 'socket_closed', closeCode: 4403 });
  await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  await expect(socket[Symbol.asyncIterator]().next()).resolves.toMatchObject({ done: true });
});

test('an unhandled rejection of send() does not end the process', async () => {
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

test('delivers no frame of a connection that was replaced inside the listener of "open"', async () => {
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
