import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { AuthenticationError, RateLimitError } from '../../errors/api-errors.js';
import { ConnectionError, TokenUnavailableError } from '../../errors/call-errors.js';
import { frame, harness, message } from '../testing/harness.js';

const unauthorized = () =>
  new AuthenticationError({
    call: 'GET /stats/messages',
    status: 401,
    detail: 'Token expired.',
    headers: {},
    attempts: 1,
  });

test.each([1001, 1005, 1006, 1011, 1012, 1013, 4999])(
  'reconnects after close code %i',
  async (code) => {
    const { socket, webSockets, last, greet, states } = harness();
    await greet();
    last().drop(code, 'bye');
    expect(states.at(-1)).toEqual({ state: 'waiting', code, reason: 'bye', retryInMs: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(webSockets).toHaveLength(2);
    await greet();
    expect(socket.state).toBe('open');
  },
);

test.each([1000, 1008, 1009, 4403])('closes permanently after close code %i', async (code) => {
  const { socket, webSockets, last, greet, states } = harness();
  await greet();
  last().drop(code, 'enough');
  expect(states.at(-1)).toMatchObject({
    state: 'closed',
    code,
    reason: 'enough',
    error: { code: 'socket_closed', closeCode: code, reason: 'enough' },
  });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(webSockets).toHaveLength(1);
  await expect(socket.send('Hi')).rejects.toMatchObject({ code: 'not_sent', reason: 'closed' });
});

test('waits long when there are too many connections, also when the network returns', async () => {
  const online = new EventTarget();
  vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
  vi.stubGlobal('removeEventListener', online.removeEventListener.bind(online));
  const { webSockets, last, greet, states } = harness();
  await greet();
  last().drop(4429);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs: 30_000 });
  online.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(webSockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(webSockets).toHaveLength(2);
  vi.unstubAllGlobals();
});

test.each([0, 0.999])(
  'waits one to two times maxDelayMs every time (random: %d)',
  async (random) => {
    const { last, greet, states } = harness({}, { random: () => random });
    for (let round = 0; round < 8; round += 1) {
      await greet();
      last().drop(4429);
      const { retryInMs = 0 } = states.at(-1)!;
      expect(retryInMs).toBeGreaterThanOrEqual(30_000);
      expect(retryInMs).toBeLessThanOrEqual(60_000);
      await vi.advanceTimersByTimeAsync(retryInMs);
    }
  },
);

test('closePolicy overrides the action of a close code', async () => {
  const { last, greet, states } = harness({ closePolicy: { 1000: 'retry', 1012: 'final' } });
  await greet();
  last().drop(1000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting' });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().drop(1012);
  expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1012 });
});

test('closePolicy overrides the action of a failed handshake', async () => {
  const { last, settle, states } = harness({ closePolicy: { 1006: 'final' } });
  await settle();
  last().fail();
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'closed', error: { code: 'connection_failed' } });
});

test('doubles the delay after each failure, and resets it only after minUptimeMs', async () => {
  const { webSockets, last, greet, states } = harness(
    { backoff: { minDelayMs: 100, maxDelayMs: 2000, minUptimeMs: 1000 } },
    { random: () => 1 },
  );
  const waits: (number | undefined)[] = [];
  for (const upMs of [0, 0, 999, 0, 1000]) {
    await greet();
    await vi.advanceTimersByTimeAsync(upMs);
    last().drop(1012);
    waits.push(states.at(-1)?.retryInMs);
    await vi.advanceTimersByTimeAsync(states.at(-1)?.retryInMs ?? 0);
  }
  expect(waits).toEqual([400, 800, 1600, 2000, 400]);
  expect(webSockets).toHaveLength(6);
});

test('refreshes a rejected token once and reconnects at once with the new one', async () => {
  const { webSockets, last, greet, states, mocks } = harness();
  await greet();
  last().drop(4401, 'expired');
  await greet();
  expect(mocks.refresh).toHaveBeenCalledExactlyOnceWith('token-1', expect.anything());
  expect(webSockets[1]?.url).toContain('token=token-2');
  expect(states.map(({ state }) => state)).toEqual(['open', 'connecting', 'open']);
  expect(states[1]).toMatchObject({ code: 4401, reason: 'expired' });
});

test('closes when the refreshed token is rejected too', async () => {
  const { webSockets, last, greet, settle, states } = harness();
  await greet();
  last().drop(4401);
  await settle();
  last().open();
  last().drop(4401, 'still not');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(webSockets).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({
    state: 'closed',
    code: 4401,
    error: { closeCode: 4401, reason: 'still not' },
  });
});

test('a lost connection does not mark a refreshed token as rejected', async () => {
  const { socket, webSockets, last, greet, settle, mocks } = harness();
  await greet();
  last().drop(4401);
  await settle();
  last().drop(1006);
  await vi.advanceTimersByTimeAsync(500);
  mocks.refresh.mockResolvedValue('token-3');
  last().open();
  last().drop(4401, 'expired while offline');
  await vi.advanceTimersByTimeAsync(1000);
  expect(socket.state).toBe('connecting');
  expect(webSockets.at(-1)?.url).toContain('token=token-3');
});

test('closes when a backend rejects the refreshed token after its greeting', async () => {
  const { webSockets, last, greet, states, mocks } = harness();
  await greet();
  last().drop(4401);
  await greet();
  last().drop(4401);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(webSockets).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({ state: 'closed', code: 4401 });
});

test('delays the refresh on a backend that rejects each new token soon', async () => {
  const { last, greet, settle, mocks } = harness();
  for (let round = 0; round < 3; round += 1) {
    await greet();
    last().receive(frame(message('assistant', 'Hello.')));
    last().drop(4401);
    await settle();
  }
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(mocks.refresh).toHaveBeenCalledTimes(2);
});

test.each([
  ['at least', 0, 20_000],
  ['with added jitter', 1, 21_500],
])(
  'a rejected handshake waits for the Retry-After of the token check, %s',
  async (_, random, retryInMs) => {
    const limited = new RateLimitError({
      call: 'GET /stats/messages',
      status: 429,
      detail: 'Slowly.',
      headers: {},
      attempts: 1,
      retryAfterMs: 20_000,
    });
    const checkToken = vi.fn(async () => Promise.reject(limited));
    const { last, settle, states } = harness({}, { checkToken, random: () => random });
    await settle();
    last().fail();
    await settle();
    expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs, error: limited });
  },
);

test('redacts the token in a close reason', async () => {
  const { last, greet, states, mocks } = harness();
  await greet();
  last().drop(1008, 'token-1 is banned');
  expect(states.at(-1)).toMatchObject({
    state: 'closed',
    reason: '[redacted] is banned',
    error: { reason: '[redacted] is banned' },
  });
  expect(JSON.stringify([mocks.logger.debug.mock.calls, states])).not.toContain('token-1');
  expect(String(states.at(-1)?.error)).not.toContain('token-1');
});

test('reconnects when the WebSocket cannot send, and sends the message then', async () => {
  const { socket, webSockets, last, greet, states } = harness();
  await greet();
  last().send = () => {
    throw new Error('broken class');
  };
  const sent = socket.send('Hi');
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'connection_failed' } });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(webSockets).toHaveLength(2);
  last().receive(frame(message('user', 'Hi', { clientId: last().sent[0]?.id })));
  await expect(sent).resolves.toMatchObject({ content: 'Hi' });
});

test.each([
  ['not offered', { features: ['identity', 'ack'], heartbeatMs: 500 }],
  ['offered with an interval of 0', { heartbeatMs: 0 }],
])('keeps a quiet connection if a heartbeat is %s', async (_name, greeting) => {
  const { webSockets, greet } = harness();
  await greet(greeting);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(webSockets).toHaveLength(1);
});

test('detects a silent connection although the clock was set back', async () => {
  const { webSockets, greet } = harness();
  await greet({ heartbeatMs: 1000 });
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(5000);
  expect(webSockets).toHaveLength(2);
});

test('retries a failed refresh before the next attempt', async () => {
  const { webSockets, last, greet, states, mocks } = harness();
  await greet();
  mocks.refresh.mockRejectedValueOnce(new ConnectionError('Down.'));
  last().drop(4401);
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'connection_failed' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(webSockets[1]?.url).toContain('token=token-2');
});

test('failed handshake: refreshes a rejected token', async () => {
  const checkToken = vi.fn(async () => {}).mockRejectedValueOnce(unauthorized());
  const { webSockets, last, settle, greet, mocks } = harness({}, { checkToken });
  await settle();
  last().fail();
  await greet();
  expect(checkToken).toHaveBeenCalledTimes(1);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(webSockets[1]?.url).toContain('token=token-2');
});

test('failed handshake: retries with a valid token, and checks it only once', async () => {
  const { webSockets, last, settle, states, mocks } = harness();
  await settle();
  last().fail();
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1006, retryInMs: 500 });
  await vi.advanceTimersByTimeAsync(500);
  last().drop(1006);
  await settle();
  expect(mocks.checkToken).toHaveBeenCalledTimes(1);
  expect(webSockets).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({ state: 'waiting' });
});

test('checks a valid token again after a while, because it may have expired', async () => {
  const { webSockets, last, settle, mocks } = harness({
    backoff: { minDelayMs: 500, maxDelayMs: 2000 },
  });
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  mocks.checkToken.mockRejectedValue(unauthorized());
  for (let waitedMs = 500; waitedMs < 2500; waitedMs += 500) {
    last().fail();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(mocks.checkToken).toHaveBeenCalledTimes(2);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(webSockets.at(-1)?.url).toContain('token=token-2');
});

test('does not check the token after a handshake timeout', async () => {
  const { states, settle, mocks } = harness({ connectTimeoutMs: 3000 });
  await settle();
  await vi.advanceTimersByTimeAsync(3000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
  expect(mocks.checkToken).not.toHaveBeenCalled();
});

test('the token check has the timeout of a connection attempt', async () => {
  const checkToken = vi.fn(async (_signal: AbortSignal, _timeoutMs: number) => {});
  const { last, settle } = harness({ connectTimeoutMs: 3000 }, { checkToken });
  await settle();
  last().fail();
  await settle();
  expect(checkToken).toHaveBeenCalledExactlyOnceWith(expect.any(AbortSignal), 3000);
});

test('failed handshake: checks the token again while the backend is unavailable', async () => {
  const checkToken = vi.fn(async () => Promise.reject(new ConnectionError('Down.')));
  const { last, settle } = harness({}, { checkToken });
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  last().fail();
  await settle();
  expect(checkToken).toHaveBeenCalledTimes(2);
});

test.each([
  ['error alone', ['fail']],
  ['close alone', ['drop']],
  ['error, then close', ['fail', 'drop']],
  ['close, then error', ['drop', 'fail']],
] as const)('counts %s as one failure', async (_name, signs) => {
  const { webSockets, last, settle, states } = harness();
  await settle();
  for (const sign of signs) last()[sign]();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(['waiting']);
  await vi.advanceTimersByTimeAsync(500);
  expect(webSockets).toHaveLength(2);
});

test.each([
  ['error alone', ['fail']],
  ['close alone', ['drop']],
  ['error, then close', ['fail', 'drop']],
  ['close, then error', ['drop', 'fail']],
] as const)('counts %s of an open connection as one failure', async (_name, signs) => {
  const { webSockets, last, greet, settle, states, mocks } = harness();
  await greet();
  for (const sign of signs) last()[sign]();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(['open', 'waiting']);
  await vi.advanceTimersByTimeAsync(500);
  expect(webSockets).toHaveLength(2);
  expect(mocks.checkToken).not.toHaveBeenCalled();
});

test('cancels an upgrade that does not finish within connectTimeoutMs', async () => {
  const { webSockets, settle, states } = harness({ connectTimeoutMs: 3000 });
  await settle();
  await vi.advanceTimersByTimeAsync(2999);
  expect(states).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
  expect(webSockets[0]?.readyState).toBe(3);
  webSockets[0]?.open();
  await vi.advanceTimersByTimeAsync(500);
  expect(webSockets).toHaveLength(2);
});

test('ignores events of a replaced WebSocket', async () => {
  const { socket, webSockets, last, greet, messages, states } = harness();
  await greet();
  const old = last();
  socket.reconnect();
  await greet();
  old.receive(frame(message('assistant', 'Too late')));
  old.drop(4403);
  old.fail();
  expect(messages).toEqual([]);
  expect(webSockets).toHaveLength(2);
  expect(states.map(({ state }) => state)).toEqual(['open', 'connecting', 'open']);
});

test('reconnect() connects at once, also while waiting or connecting', async () => {
  const { socket, webSockets, last, settle } = harness();
  await settle();
  socket.reconnect();
  await settle();
  expect(webSockets).toHaveLength(2);
  last().drop();
  await settle();
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  expect(webSockets).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(webSockets).toHaveLength(3);
});

test('reconnects at once when the network returns, but not more often than minDelayMs', async () => {
  const scope = new EventTarget();
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  const { webSockets, last, greet } = harness(
    { backoff: { minDelayMs: 1000 } },
    { random: () => 1 },
  );
  await greet();
  await vi.advanceTimersByTimeAsync(2000);
  last().drop();
  scope.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(webSockets).toHaveLength(2);
  for (let flap = 0; flap < 50; flap += 1) {
    last().fail();
    scope.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(webSockets.length).toBeLessThanOrEqual(4);
  vi.unstubAllGlobals();
});

test('reconnects at once when the page becomes visible', async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  vi.stubGlobal('document', page);
  const { socket, webSockets, last, greet } = harness({}, { random: () => 1 });
  await greet();
  await vi.advanceTimersByTimeAsync(600);
  last().drop();
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(webSockets).toHaveLength(1);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(webSockets).toHaveLength(2);
  socket.close();
  vi.unstubAllGlobals();
});

test('retries a rate-limited login after the requested delay', async () => {
  const limited = new RateLimitError({
    call: 'POST /login',
    status: 429,
    detail: 'Slow down.',
    headers: {},
    attempts: 1,
    retryAfterMs: 42_000,
  });
  const token = vi.fn(async () => 'token-1').mockRejectedValueOnce(limited);
  const { webSockets, settle, states } = harness(
    {},
    { tokens: { tokenForSocket: token, refresh: token } },
  );
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs: 42_000, error: limited });
  await vi.advanceTimersByTimeAsync(42_000);
  expect(webSockets).toHaveLength(1);
});

test.each([
  ['wrong credentials', unauthorized()],
  ['missing credentials', new TokenUnavailableError('none')],
])('closes on %s', async (_name, error) => {
  const token = async () => Promise.reject(error);
  const { webSockets, settle, states } = harness(
    {},
    { tokens: { tokenForSocket: token, refresh: token } },
  );
  await settle();
  expect(states).toEqual([{ state: 'closed', error }]);
  expect(webSockets).toEqual([]);
});

test('closes when no WebSocket can be created, without exposing the token', async () => {
  const { settle, states } = harness(
    {},
    {
      openWebSocket: () => {
        throw new SyntaxError('Invalid URL: wss://…?token=token-1');
      },
    },
  );
  await settle();
  expect(states).toMatchObject([{ state: 'closed', error: { code: 'connection_failed' } }]);
  expect(inspect(states, { depth: 9 })).not.toContain('token-1');
});

test('waits for the greeting of a server that sent one before', async () => {
  const { socket, last, greet, settle } = harness({ connectTimeoutMs: 5000 });
  await greet();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  last().open();
  await vi.advanceTimersByTimeAsync(4000);
  expect(socket.state).toBe('connecting');
  await greet();
  expect(socket.state).toBe('open');
  await settle();
});

test('reconnects if a server that sent a greeting before sends none now', async () => {
  const { last, greet, states } = harness({ connectTimeoutMs: 5000 });
  await greet();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  last().open();
  await vi.advanceTimersByTimeAsync(5000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
});

test('treats a server as core-only after three connections without a greeting', async () => {
  const { socket, last, greet } = harness({ connectTimeoutMs: 5000 });
  await greet();
  for (let connection = 0; connection < 3; connection += 1) {
    last().drop();
    await vi.advanceTimersByTimeAsync(3000);
    last().open();
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(socket.state).toBe('open');
});

test('reconnects when heartbeats are missing', async () => {
  const { socket, webSockets, last, greet, states } = harness();
  await greet({ heartbeatMs: 1000 });
  for (let beat = 0; beat < 10; beat += 1) {
    await vi.advanceTimersByTimeAsync(2500);
    last().receive({
      type: 'status',
      data: { role: 's', content: '', timestamp: '', event: 'heartbeat' },
    });
  }
  expect(socket.state).toBe('open');
  await vi.advanceTimersByTimeAsync(3000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1006, error: { code: 'timeout' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(webSockets).toHaveLength(2);
});

test('never closes a quiet connection without heartbeats', async () => {
  const { socket, webSockets, greet } = harness();
  await greet();
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(socket.state).toBe('open');
  expect(webSockets).toHaveLength(1);
});

test.each([
  ['with heartbeats', { heartbeatMs: 25_000 }],
  ['without heartbeats', {}],
])('reconnects after the machine slept for an hour (%s)', async (_name, greeting) => {
  const { greet, states } = harness();
  await greet(greeting);
  await vi.advanceTimersByTimeAsync(10_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(75_000);
  expect(states[1]).toMatchObject({ state: 'waiting', code: 1006 });
});

test('checks a token again after the next connection', async () => {
  const { last, settle, greet, mocks } = harness();
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  last().fail();
  await settle();
  expect(mocks.checkToken).toHaveBeenCalledTimes(2);
});

test('core-only: refreshes a token that expired after it was used', async () => {
  const { socket, last, openCore, mocks } = harness();
  for (let expiry = 1; expiry <= 3; expiry += 1) {
    await openCore();
    last().receive(frame(message('assistant', 'Hello')));
    last().drop(4401);
    await vi.advanceTimersByTimeAsync(500);
    expect(mocks.refresh).toHaveBeenCalledTimes(expiry);
  }
  expect(socket.state).not.toBe('closed');
});

test('core-only: a refreshed token counts as used after minUptimeMs, also on a quiet connection', async () => {
  const { socket, last, openCore, mocks } = harness();
  await openCore();
  last().drop(4401);
  await openCore();
  await vi.advanceTimersByTimeAsync(5000);
  last().drop(4401);
  await openCore();
  expect(mocks.refresh).toHaveBeenCalledTimes(2);
  expect(socket.state).toBe('open');
});
