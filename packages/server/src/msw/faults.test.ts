import { describe, expect, it, vi } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, call, login, send } = mockInNode();

describe('fail', () => {
  it('answers with a status, as often as was asked for', async () => {
    const token = await login();
    mock.fail('sendMessage', { status: 500, times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await send(token, 'Hello')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('goes on until the reset when no number was given', async () => {
    const token = await login();
    mock.fail('history', { status: 502 });
    for (let i = 0; i < 3; i += 1) {
      expect((await call('history', { token })).status).toBe(502);
    }
    mock.reset();
    expect((await call('history', { token: await login() })).status).toBe(200);
  });

  it('leaves other routes alone', async () => {
    mock.fail('sendMessage', { status: 500 });
    expect((await call('history', { token: await login() })).status).toBe(200);
  });

  it('says a sentence of the test, or its own', async () => {
    mock.fail('login', { status: 503, detail: 'Closed for lunch.', times: 1 });
    mock.fail('login', { status: 500, times: 1 });
    const body = { username: 'ada', password: 's3cret' };
    expect(await (await call('login', { body })).json()).toEqual({ detail: 'Closed for lunch.' });
    expect(await (await call('login', { body })).json()).toEqual({
      detail: 'The mock was told to answer this call with 500.',
    });
  });

  it.each([
    [401, 'WWW-Authenticate', 'Bearer'],
    [429, 'Retry-After', '1'],
    [503, 'Retry-After', '1'],
  ] as const)('sends with a %i what the server sends: %s', async (status, header, value) => {
    mock.fail('history', { status });
    const answer = await call('history');
    expect(answer.status).toBe(status);
    expect(answer.headers.get(header)).toBe(value);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  });

  it('does not carry out what it lets fail', async () => {
    mock.fail('sendMessage', { status: 500 });
    await send(await login(), 'Hello');
    expect(mock.messages('ada')).toEqual([]);
  });

  it('carries a call out and loses its answer', async () => {
    const token = await login();
    mock.fail('sendMessage', { network: true, afterwards: true, times: 1 });
    await expect(send(token, 'Hello')).rejects.toThrow(TypeError);
    expect(mock.messages('ada').map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('breaks the connection', async () => {
    mock.fail('history', { network: true, times: 1 });
    await expect(call('history', { token: await login() })).rejects.toThrow(TypeError);
    expect(mock.requests.at(-1)).toMatchObject({ route: 'history', status: 'network error' });
  });

  it('is slow on a timer that a test may fake', async () => {
    const token = await login();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      mock.fail('history', { delayMs: 5_000, times: 1 });
      let answered = false;
      const answer = call('history', { token }).then(({ status }) => {
        answered = true;
        return status;
      });
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(4_999);
      expect(answered).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await answer).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is slow first and then fails', async () => {
    mock.fail('history', { status: 504, delayMs: 1, times: 1 });
    expect((await call('history')).status).toBe(504);
  });
});

describe('rateLimit', () => {
  it('refuses with 429 and Retry-After, as often as was asked for', async () => {
    const token = await login();
    mock.rateLimit('sendMessage', { retryAfter: 2, times: 1 });
    const refused = await send(token, 'Hello');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.detail).toContain('wait 2 s');
    expect((await send(token, 'Hello')).status).toBe(200);
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('happens in the order in which it was planned among faults', async () => {
    mock.fail('history', { status: 500, times: 1 });
    mock.rateLimit('history', { retryAfter: 1, times: 1 });
    mock.fail('history', { status: 502, times: 1 });
    const token = await login();
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await call('history', { token })).status);
    expect(statuses).toEqual([500, 429, 502, 200]);
  });
});

describe('a plan that cannot be', () => {
  it.each([
    ['a status that is no failure', { status: 200 }],
    ['half a status', { status: 500.5 }],
    ['no times at all', { status: 500, times: 0 }],
    ['a negative delay', { delayMs: -1 }],
    ['a delay that never ends', { delayMs: Number.POSITIVE_INFINITY }],
    ['a delay that no timer keeps', { delayMs: 2 ** 31 }],
    ['a network that is well', { network: false }],
    ['nothing that goes wrong', {}],
  ])('is refused: %s', (_name, fault) => {
    expect(() => mock.fail('login', fault as never)).toThrow(RangeError);
  });

  it.each([
    ['no wait', { retryAfter: 0 }],
    ['half a second', { retryAfter: 0.5 }],
    ['times that never end', { retryAfter: 1, times: Number.NaN }],
  ])('is refused: %s', (_name, limit) => {
    expect(() => mock.rateLimit('login', limit)).toThrow(RangeError);
  });

  it('is refused: none, or one with a member that there is not', () => {
    const { fail, rateLimit } = mock as unknown as Record<string, (...given: unknown[]) => void>;
    expect(() => fail?.('sendMessage')).toThrow(/^A fault must be an object with status, /);
    expect(() => fail?.('sendMessage', { status: 500, time: 1 })).toThrow(
      'A fault has no "time": there are status, detail, network, delayMs, times, afterwards.',
    );
    expect(() => rateLimit?.('sendMessage')).toThrow(/^A rate limit must be an object with /);
    expect(() => rateLimit?.('sendMessage', { retryAfter: 1, time: 1 })).toThrow('no "time"');
  });

  it('is refused: a route that does not exist, with those that do', () => {
    const sentence =
      'There is no route "sendMesage": there are login, logout, sendMessage, history';
    expect(() => mock.fail('sendMesage' as never, { status: 500 })).toThrow(sentence);
    expect(() => mock.rateLimit('toString' as never, { retryAfter: 1 })).toThrow('"toString"');
  });
});
