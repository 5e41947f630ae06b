import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { AuthenticationError } from '../errors/authentication-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { RateLimitError } from '../errors/rate-limit-error.js';
import { TokenUnavailableError } from '../errors/token-unavailable-error.js';
import { frame, harness, message } from './testing/harness.js';

const unauthorized = () =>
  new AuthenticationError({
    call: 'GET /stats/messages',
    status: 401,
    detail: 'Token expired.',
    headers: {},
    attempts: 1,
  });

test.each([1001, 1005, 1006, 1011, 1012, 1013, 4999])(
  'comes back after close code %i',
  async (code) => {
    const { socket, dials, last, greet, states } = harness();
    await greet();
    last().drop(code, 'bye');
    expect(states.at(-1)).toEqual({ state: 'waiting', code, reason: 'bye', retryInMs: 500 });
    await vi.advanceTimersByTimeAsync(500);
    expect(dials).toHaveLength(2);
    await greet();
    expect(socket.state).toBe('open');
  },
);

test.each([1000, 1008, 1009, 4403])('gives up for good after close code %i', async (code) => {
  const { socket, dials, last, greet, states } = harness();
  await greet();
  last().drop(code, 'enough');
  expect(states.at(-1)).toMatchObject({
    state: 'closed',
    code,
    reason: 'enough',
    error: { code: 'socket_closed', closeCode: code, reason: 'enough' },
  });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(dials).toHaveLength(1);
  await expect(socket.send('Hi')).rejects.toMatchObject({ code: 'not_sent', reason: 'closed' });
});

test('waits long when there are too many connections, whatever wakes it', async () => {
  const online = new EventTarget();
  vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
  vi.stubGlobal('removeEventListener', online.removeEventListener.bind(online));
  const { dials, last, greet, states } = harness();
  await greet();
  last().drop(4429);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs: 30_000 });
  online.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(dials).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(dials).toHaveLength(2);
  vi.unstubAllGlobals();
});

test.each([0, 0.999])(
  'waits one to two times the longest backoff, however often (random: %d)',
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

test('lets the user decide what follows a close code', async () => {
  const { last, greet, states } = harness({ closePolicy: { 1000: 'retry', 1012: 'final' } });
  await greet();
  last().drop(1000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting' });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().drop(1012);
  expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1012 });
});

test('lets the user decide what follows a refused upgrade', async () => {
  const { last, settle, states } = harness({ closePolicy: { 1006: 'final' } });
  await settle();
  last().fail();
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'closed', error: { code: 'connection_failed' } });
});

test('waits longer after each failure, and starts small again only after a good while', async () => {
  const { dials, last, greet, states } = harness(
    { backoff: { minMs: 100, maxMs: 2000, minUptimeMs: 1000 } },
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
  expect(dials).toHaveLength(6);
});

test('refreshes a refused token once and dials at once with the new one', async () => {
  const { dials, last, greet, states, mocks } = harness();
  await greet();
  last().drop(4401, 'expired');
  await greet();
  expect(mocks.refresh).toHaveBeenCalledExactlyOnceWith('token-1', expect.anything());
  expect(dials[1]?.url).toContain('token=token-2');
  expect(states.map(({ state }) => state)).toEqual(['open', 'connecting', 'open']);
  expect(states[1]).toMatchObject({ code: 4401, reason: 'expired' });
});

test('gives up when the refreshed token is refused as well', async () => {
  const { dials, last, greet, settle, states } = harness();
  await greet();
  last().drop(4401);
  await settle();
  last().open();
  last().drop(4401, 'still not');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(dials).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({
    state: 'closed',
    code: 4401,
    error: { closeCode: 4401, reason: 'still not' },
  });
});

test('a refreshed token whose dial broke is no refused one: when it ends as well, it is refreshed', async () => {
  const { socket, dials, last, greet, settle, mocks } = harness();
  await greet();
  last().drop(4401);
  await settle();
  last().drop(1006);
  await vi.advanceTimersByTimeAsync(500);
  mocks.refresh.mockResolvedValue('token-3');
  last().open();
  last().drop(4401, 'expired while the network was away');
  await vi.advanceTimersByTimeAsync(1000);
  expect(socket.state).toBe('connecting');
  expect(dials.at(-1)?.url).toContain('token=token-3');
});

test('gives up when a backend greets the refreshed token and refuses it all the same', async () => {
  const { dials, last, greet, states, mocks } = harness();
  await greet();
  last().drop(4401);
  await greet();
  last().drop(4401);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(dials).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({ state: 'closed', code: 4401 });
});

test('a backend that works with each new token for a moment only is not stormed', async () => {
  const { last, greet, settle, mocks } = harness();
  for (let round = 0; round < 3; round += 1) {
    await greet();
    last().receive(frame(message('assistant', 'Good bye.')));
    last().drop(4401);
    await settle();
  }
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(mocks.refresh).toHaveBeenCalledTimes(2);
});

test.each([
  ['at least', 0, 20_000],
  ['with jitter on top of it', 1, 21_500],
])(
  'a refused dial waits as long as the backend asks the probe to, %s',
  async (_, random, retryInMs) => {
    const limited = new RateLimitError({
      call: 'GET /stats/messages',
      status: 429,
      detail: 'Slowly.',
      headers: {},
      attempts: 1,
      retryAfterMs: 20_000,
    });
    const probe = vi.fn(async () => Promise.reject(limited));
    const { last, settle, states } = harness({}, { probe, random: () => random });
    await settle();
    last().fail();
    await settle();
    expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs, error: limited });
  },
);

test('a reason that repeats the token shows it to nobody', async () => {
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

test('a line whose WebSocket takes no frame is given up, and the message leaves on the next', async () => {
  const { socket, dials, last, greet, states } = harness();
  await greet();
  last().send = () => {
    throw new Error('the class is out of order');
  };
  const sent = socket.send('Hi');
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'connection_failed' } });
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(dials).toHaveLength(2);
  last().receive(frame(message('user', 'Hi', { clientId: last().sent[0]?.id })));
  await expect(sent).resolves.toMatchObject({ content: 'Hi' });
});

test.each([
  ['not offered', { features: ['identity', 'ack'], heartbeatMs: 500 }],
  ['offered at no pace', { heartbeatMs: 0 }],
])('a quiet chat is not cut where a heartbeat is %s', async (_name, greeting) => {
  const { dials, greet } = harness();
  await greet(greeting);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(dials).toHaveLength(1);
});

test('a silent line is found though the clock was set back', async () => {
  const { dials, greet } = harness();
  await greet({ heartbeatMs: 1000 });
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(5000);
  expect(dials).toHaveLength(2);
});

test('a refresh that fails for now is tried again before the next dial', async () => {
  const { dials, last, greet, states, mocks } = harness();
  await greet();
  mocks.refresh.mockRejectedValueOnce(new ConnectionError('Down.'));
  last().drop(4401);
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'connection_failed' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(dials[1]?.url).toContain('token=token-2');
});

test('a refused upgrade is told apart: a bad token is refreshed', async () => {
  const probe = vi.fn(async () => {}).mockRejectedValueOnce(unauthorized());
  const { dials, last, settle, greet, mocks } = harness({}, { probe });
  await settle();
  last().fail();
  await greet();
  expect(probe).toHaveBeenCalledTimes(1);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(dials[1]?.url).toContain('token=token-2');
});

test('a refused upgrade is told apart: with a good token it is tried again, unprobed', async () => {
  const { dials, last, settle, states, mocks } = harness();
  await settle();
  last().fail();
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1006, retryInMs: 500 });
  await vi.advanceTimersByTimeAsync(500);
  last().drop(1006);
  await settle();
  expect(mocks.probe).toHaveBeenCalledTimes(1);
  expect(dials).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({ state: 'waiting' });
});

test('a token that was good is asked about again after a while: it may have expired unseen', async () => {
  const { dials, last, settle, mocks } = harness({ backoff: { minMs: 500, maxMs: 2000 } });
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  mocks.probe.mockRejectedValue(unauthorized());
  for (let waitedMs = 500; waitedMs < 2500; waitedMs += 500) {
    last().fail();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(mocks.probe).toHaveBeenCalledTimes(2);
  expect(mocks.refresh).toHaveBeenCalledTimes(1);
  expect(dials.at(-1)?.url).toContain('token=token-2');
});

test('a dial that hangs is no refusal: it is tried again without a probe, which would hang too', async () => {
  const { states, settle, mocks } = harness({ connectTimeoutMs: 3000 });
  await settle();
  await vi.advanceTimersByTimeAsync(3000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
  expect(mocks.probe).not.toHaveBeenCalled();
});

test('a probe may take no longer than a dial', async () => {
  const probe = vi.fn(async (_signal: AbortSignal, _timeoutMs: number) => {});
  const { last, settle } = harness({ connectTimeoutMs: 3000 }, { probe });
  await settle();
  last().fail();
  await settle();
  expect(probe).toHaveBeenCalledExactlyOnceWith(expect.any(AbortSignal), 3000);
});

test('a refused upgrade is told apart: while the backend is down it is asked again', async () => {
  const probe = vi.fn(async () => Promise.reject(new ConnectionError('Down.')));
  const { last, settle } = harness({}, { probe });
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  last().fail();
  await settle();
  expect(probe).toHaveBeenCalledTimes(2);
});

test.each([
  ['error alone', ['fail']],
  ['close alone', ['drop']],
  ['error, then close', ['fail', 'drop']],
  ['close, then error', ['drop', 'fail']],
] as const)('takes %s for one failure', async (_name, signs) => {
  const { dials, last, settle, states } = harness();
  await settle();
  for (const sign of signs) last()[sign]();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(['waiting']);
  await vi.advanceTimersByTimeAsync(500);
  expect(dials).toHaveLength(2);
});

test.each([
  ['error alone', ['fail']],
  ['close alone', ['drop']],
  ['error, then close', ['fail', 'drop']],
  ['close, then error', ['drop', 'fail']],
] as const)('takes %s for one failure of an open line too', async (_name, signs) => {
  const { dials, last, greet, settle, states, mocks } = harness();
  await greet();
  for (const sign of signs) last()[sign]();
  await settle();
  expect(states.map(({ state }) => state)).toEqual(['open', 'waiting']);
  await vi.advanceTimersByTimeAsync(500);
  expect(dials).toHaveLength(2);
  expect(mocks.probe).not.toHaveBeenCalled();
});

test('gives a hanging upgrade up after connectTimeoutMs', async () => {
  const { dials, settle, states } = harness({ connectTimeoutMs: 3000 });
  await settle();
  await vi.advanceTimersByTimeAsync(2999);
  expect(states).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
  expect(dials[0]?.readyState).toBe(3);
  dials[0]?.open();
  await vi.advanceTimersByTimeAsync(500);
  expect(dials).toHaveLength(2);
});

test('what an old socket says later is not heard', async () => {
  const { socket, dials, last, greet, messages, states } = harness();
  await greet();
  const old = last();
  socket.reconnect();
  await greet();
  old.receive(frame(message('assistant', 'From the grave')));
  old.drop(4403);
  old.fail();
  expect(messages).toEqual([]);
  expect(dials).toHaveLength(2);
  expect(states.map(({ state }) => state)).toEqual(['open', 'connecting', 'open']);
});

test('redials at once when asked to, also while waiting or dialling', async () => {
  const { socket, dials, last, settle } = harness();
  await settle();
  socket.reconnect();
  await settle();
  expect(dials).toHaveLength(2);
  last().drop();
  await settle();
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  expect(dials).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(dials).toHaveLength(3);
});

test('the network coming back ends the wait, and flapping does not storm the backend', async () => {
  const scope = new EventTarget();
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  const { dials, last, greet } = harness({ backoff: { minMs: 1000 } }, { random: () => 1 });
  await greet();
  await vi.advanceTimersByTimeAsync(2000);
  last().drop();
  scope.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(dials).toHaveLength(2);
  for (let flap = 0; flap < 50; flap += 1) {
    last().fail();
    scope.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(dials.length).toBeLessThanOrEqual(4);
  vi.unstubAllGlobals();
});

test('a page that becomes visible ends the wait', async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  vi.stubGlobal('document', page);
  const { socket, dials, last, greet } = harness({}, { random: () => 1 });
  await greet();
  await vi.advanceTimersByTimeAsync(600);
  last().drop();
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(dials).toHaveLength(1);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(dials).toHaveLength(2);
  socket.close();
  vi.unstubAllGlobals();
});

test('a login that failed for now is tried again, after as long as the backend asks', async () => {
  const limited = new RateLimitError({
    call: 'POST /login',
    status: 429,
    detail: 'Slow down.',
    headers: {},
    attempts: 1,
    retryAfterMs: 42_000,
  });
  const token = vi.fn(async () => 'token-1').mockRejectedValueOnce(limited);
  const { dials, settle, states } = harness({}, { tokens: { token, refresh: token } });
  await settle();
  expect(states.at(-1)).toMatchObject({ state: 'waiting', retryInMs: 42_000, error: limited });
  await vi.advanceTimersByTimeAsync(42_000);
  expect(dials).toHaveLength(1);
});

test.each([
  ['wrong credentials', unauthorized()],
  ['nothing to log in with', new TokenUnavailableError('none')],
])('gives up on %s', async (_name, error) => {
  const token = async () => Promise.reject(error);
  const { dials, settle, states } = harness({}, { tokens: { token, refresh: token } });
  await settle();
  expect(states).toEqual([{ state: 'closed', error }]);
  expect(dials).toEqual([]);
});

test('gives up when no WebSocket can be made, without telling the token', async () => {
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

test('a server that greeted once is given time to greet again', async () => {
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

test('a server that greeted once and hangs now is dialled again', async () => {
  const { last, greet, states } = harness({ connectTimeoutMs: 5000 });
  await greet();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  last().open();
  await vi.advanceTimersByTimeAsync(5000);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
});

test('a server that stopped greeting for good is taken for core-only after three tries', async () => {
  const { socket, last, greet } = harness({ connectTimeoutMs: 5000 });
  await greet();
  for (let line = 0; line < 3; line += 1) {
    last().drop();
    await vi.advanceTimersByTimeAsync(3000);
    last().open();
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(socket.state).toBe('open');
});

test('a line whose heartbeats stay out is given up and dialled again', async () => {
  const { socket, dials, last, greet, states } = harness();
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
  expect(dials).toHaveLength(2);
});

test('a merely quiet chat is never cut where no heartbeat is offered', async () => {
  const { socket, dials, greet } = harness();
  await greet();
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(socket.state).toBe('open');
  expect(dials).toHaveLength(1);
});

test.each([
  ['with heartbeats', { heartbeatMs: 25_000 }],
  ['without', {}],
])('a machine that slept for an hour dials again (%s)', async (_name, greeting) => {
  const { greet, states } = harness();
  await greet(greeting);
  await vi.advanceTimersByTimeAsync(10_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(75_000);
  expect(states[1]).toMatchObject({ state: 'waiting', code: 1006 });
});

test('a token that was good once is probed anew after the next connection', async () => {
  const { last, settle, greet, mocks } = harness();
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().drop();
  await vi.advanceTimersByTimeAsync(500);
  last().fail();
  await settle();
  expect(mocks.probe).toHaveBeenCalledTimes(2);
});

test('core-only: a token that worked and then expired is refreshed again', async () => {
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

test('core-only: a refreshed token has proven itself on a line that lived for a while, however quiet', async () => {
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
