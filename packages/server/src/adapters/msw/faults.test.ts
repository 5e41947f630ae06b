import { describe, expect, it, vi } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, call, login, send } = mockInNode();

describe('fail', () => {
  it('responds with the status, as many times as requested', async () => {
    const token = await login();
    mock.fail('sendMessage', { status: 500, times: 2 });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await send(token, 'Hello')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('continues until reset() without `times`', async () => {
    const token = await login();
    mock.fail('history', { status: 502 });
    for (let i = 0; i < 3; i += 1) {
      expect((await call('history', { token })).status).toBe(502);
    }
    mock.reset();
    expect((await call('history', { token: await login() })).status).toBe(200);
  });

  it('does not affect other routes', async () => {
    mock.fail('sendMessage', { status: 500 });
    expect((await call('history', { token: await login() })).status).toBe(200);
  });

  it('uses the detail of the test, or a default', async () => {
    mock.fail('login', { status: 503, detail: 'Closed for lunch.', times: 1 });
    mock.fail('login', { status: 500, times: 1 });
    const body = { username: 'ada', password: 's3cret' };
    expect(await (await call('login', { body })).json()).toEqual({ detail: 'Closed for lunch.' });
    expect(await (await call('login', { body })).json()).toEqual({
      detail: 'The mock is configured to respond with 500.',
    });
  });

  it.each([
    [401, 'WWW-Authenticate', 'Bearer'],
    [429, 'Retry-After', '1'],
    [503, 'Retry-After', '1'],
  ] as const)('sends a %i with the headers of the server: %s', async (status, header, value) => {
    mock.fail('history', { status });
    const response = await call('history');
    expect(response.status).toBe(status);
    expect(response.headers.get(header)).toBe(value);
    expect(response.headers.get('x-request-id')).toBeTruthy();
  });

  it('does not process a request that fails', async () => {
    mock.fail('sendMessage', { status: 500 });
    await send(await login(), 'Hello');
    expect(mock.messages('ada')).toEqual([]);
  });

  it('processes a request and loses its response', async () => {
    const token = await login();
    mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });
    await expect(send(token, 'Hello')).rejects.toThrow(TypeError);
    expect(mock.messages('ada').map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('breaks the connection', async () => {
    mock.fail('history', { network: true, times: 1 });
    await expect(call('history', { token: await login() })).rejects.toThrow(TypeError);
    expect(mock.requests.at(-1)).toMatchObject({ route: 'history', status: 'network error' });
  });

  it('delays on a timer that a test can fake', async () => {
    const token = await login();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      mock.fail('history', { delayMs: 5_000, times: 1 });
      let hasResponse = false;
      const response = call('history', { token }).then(({ status }) => {
        hasResponse = true;
        return status;
      });
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(4_999);
      expect(hasResponse).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await response).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('delays first and then fails', async () => {
    mock.fail('history', { status: 504, delayMs: 1, times: 1 });
    expect((await call('history')).status).toBe(504);
  });
});

describe('rateLimit', () => {
  it('rejects with 429 and Retry-After, as many times as requested', async () => {
    const token = await login();
    mock.rateLimit('sendMessage', { retryAfterSeconds: 2, times: 1 });
    const rejected = await send(token, 'Hello');
    expect(rejected.status).toBe(429);
    expect(rejected.headers.get('retry-after')).toBe('2');
    expect(rejected.detail).toContain('wait 2 s');
    expect((await send(token, 'Hello')).status).toBe(200);
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('applies rate limits and faults in the order of their definition', async () => {
    mock.fail('history', { status: 500, times: 1 });
    mock.rateLimit('history', { retryAfterSeconds: 1, times: 1 });
    mock.fail('history', { status: 502, times: 1 });
    const token = await login();
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await call('history', { token })).status);
    expect(statuses).toEqual([500, 429, 502, 200]);
  });
});

describe('an invalid fault', () => {
  it.each([
    ['a status that is not an error', { status: 200 }],
    ['a status that is not an integer', { status: 500.5 }],
    ['zero times', { status: 500, times: 0 }],
    ['a negative delay', { delayMs: -1 }],
    ['an infinite delay', { delayMs: Number.POSITIVE_INFINITY }],
    ['a delay too long for a timer', { delayMs: 2 ** 31 }],
    ['network: false', { network: false }],
    ['no failure', {}],
  ])('is rejected: %s', (_name, fault) => {
    expect(() => mock.fail('login', fault as never)).toThrow(RangeError);
  });

  it.each([
    ['zero seconds', { retryAfterSeconds: 0 }],
    ['half a second', { retryAfterSeconds: 0.5 }],
    ['NaN times', { retryAfterSeconds: 1, times: Number.NaN }],
  ])('is rejected: %s', (_name, limit) => {
    expect(() => mock.rateLimit('login', limit)).toThrow(RangeError);
  });

  it('is rejected: a missing one, or one with an unknown option', () => {
    const { fail, rateLimit } = mock as unknown as Record<string, (...given: unknown[]) => void>;
    expect(() => fail?.('sendMessage')).toThrow(
      /^Fault options are invalid: expected an object with status, /,
    );
    expect(() => fail?.('sendMessage', { status: 500, time: 1 })).toThrow(
      'Fault option "time" is unknown: expected one of status, detail, network, delayMs, times, afterProcessing.',
    );
    expect(() => rateLimit?.('sendMessage')).toThrow(
      /^Rate limit options are invalid: expected an object with /,
    );
    expect(() => rateLimit?.('sendMessage', { retryAfterSeconds: 1, time: 1 })).toThrow(
      '"time" is unknown',
    );
  });

  it('is rejected: an unknown route, with a list of the routes', () => {
    const message =
      'Route "sendMesage" is unknown: expected one of login, logout, sendMessage, history';
    expect(() => mock.fail('sendMesage' as never, { status: 500 })).toThrow(message);
    expect(() => mock.rateLimit('toString' as never, { retryAfterSeconds: 1 })).toThrow(
      '"toString"',
    );
  });
});
