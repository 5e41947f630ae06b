import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents, skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const stats = { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };
const limited = (retryAfter?: string) => ({
  status: 429,
  body: { detail: 'Too many requests.' },
  headers: (retryAfter === undefined ? {} : { 'retry-after': retryAfter }) as Record<
    string,
    string
  >,
});

describe('a rate limit', () => {
  it('makes the client wait at least Retry-After, also without an idempotency key', async () => {
    const { hooks, retries } = skipWaits();
    const backend = new TinyBackend();
    let rejections = 1;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/chat' && rejections-- > 0 ? limited('2.5') : backend.script(request),
    );
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(retries).toHaveLength(1);
    expect(retries[0]?.delayMs).toBeGreaterThanOrEqual(2_500);
  });

  it.each([
    ['seconds', '30'],
    ['an IMF-fixdate', 'Sun, 22 Nov 2026 12:00:30 GMT'],
    ['an RFC 850 date', 'Sunday, 22-Nov-26 12:00:30 GMT'],
    ['an asctime date', 'Sun Nov 22 12:00:30 2026'],
  ])('fails the call at once when the wait is too long, given in %s', async (_, retryAfter) => {
    const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
    await using server = await ScriptedServer.start(() => {
      const response = limited(retryAfter);
      return { ...response, headers: { ...response.headers, date } };
    });
    const now = () => Date.UTC(2026, 10, 22, 12);
    const retry = { maxWaitMs: 29_999 };
    const client = new ChatClient({ baseUrl: server.url, token: 't', now, retry });

    const error = await errorOf(client.stats.messages());
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([-10, 10])(
    'waits until a date on the clock of the backend (ours is %i min ahead)',
    async (min) => {
      const { hooks, retries } = skipWaits();
      const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
      const retryAfter = 'Sun, 22 Nov 2026 12:00:03 GMT';
      const now = () => Date.UTC(2026, 10, 22, 12, min) + (Date.now() % 1_000);
      let nth = 0;
      await using server = await ScriptedServer.start(() =>
        ++nth < 2
          ? { ...limited(retryAfter), headers: { date, 'retry-after': retryAfter } }
          : stats,
      );
      const client = new ChatClient({
        baseUrl: server.url,
        token: 't',
        hooks,
        now,
        random: () => 0,
      });

      await client.stats.messages();
      expect(retries.map(({ delayMs }) => delayMs)).toEqual([3_500]);
    },
  );

  it('is over after at most an hour', async () => {
    let time = 0;
    const headers = { 'retry-after': '1000000000000' };
    await using server = await ScriptedServer.start(() =>
      time === 0 ? { ...limited(), headers } : stats,
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't', now: () => time });

    await errorOf(client.stats.messages());
    time = 3_500_000;
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'rate_limited' });
    time = 3_600_000;
    expect((await client.stats.messages()).totalMessages).toBe(2);
  });

  it('blocks all calls of the client, without a request, while the wait is too long', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    const client = new ChatClient({ baseUrl: server.url, token: 't', now: () => 0 });

    await errorOf(client.stats.messages());
    const blocked = await errorOf(client.chat.send('Hello'));
    expect(blocked).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000, attempts: 0 });
    expect(server.requests).toHaveLength(1);
  });

  it('is not extended by further calls', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, token: 't', now: () => time++ });

    await errorOf(client.stats.messages());
    const ends = new Set<number>();
    for (let nth = 0; nth < 50; nth += 1) {
      const { retryAfterMs } = await errorOf(client.stats.messages());
      ends.add(time + retryAfterMs);
    }
    expect(ends.size).toBe(1);
  });

  it('uses the backoff when Retry-After is invalid', async () => {
    const { hooks, retries } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 3 ? limited('soon') : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 1 });

    await client.stats.messages();
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000]);
  });

  it('admits waiting calls one by one, so that they do not use up their retries', async () => {
    const { hooks } = skipWaits();
    // One call every 10 seconds: thirty calls need three hundred seconds.
    let freeAt = 0;
    let inFlight = 0;
    let maxInFlight = 0;
    await using server = await ScriptedServer.start(async () => {
      inFlight += 1;
      if (freeAt > 0) maxInFlight = Math.max(maxInFlight, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      const waitMs = freeAt - Date.now();
      if (waitMs > 0) return limited(String(Math.ceil(waitMs / 1000)));
      freeAt = Date.now() + 10_000;
      return stats;
    });
    const timeoutMs = Number.POSITIVE_INFINITY;
    const retry = { limit: 2 };
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, timeoutMs, retry });

    await client.stats.messages();
    const first = client.stats.messages();
    while (server.requests.length < 2) await flushEvents(1);
    await flushEvents();
    const others = Array.from({ length: 30 }, () => client.stats.messages());
    await Promise.all([first, ...others]);
    expect(maxInFlight).toBe(1);
  });

  it('allows the admitted call to log in', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let rejections = 1;
    await using server = await ScriptedServer.start((request) => {
      if (request.path === '/chat' && rejections-- > 0) {
        backend.valid.clear();
        return limited('1');
      }
      return backend.script(request);
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks });

    const sent = await Promise.all(['a', 'b', 'c'].map((text) => client.chat.send(text)));
    expect(sent.map(({ response }) => response)).toEqual([
      'You said a',
      'You said b',
      'You said c',
    ]);
    expect(backend.logins).toBe(2);
  });

  it('of the login makes the call wait', async () => {
    const { hooks, retries } = skipWaits();
    const backend = new TinyBackend();
    let rejections = 2;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' && rejections-- > 0 ? limited('50') : backend.script(request),
    );
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, timeoutMs: 1_000 });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(retries.map(({ route }) => route)).toEqual(['login', 'login']);
  });

  it('of the login does not count towards the timeout of the call', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let rejections = 1;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' && rejections-- > 0 ? limited('1') : backend.script(request),
    );
    // When the login is sent again, the call has waited for its token exactly as long as its timeout.
    const retry = { minDelayMs: 0, maxDelayMs: 0 };
    const timeoutMs = 1_000;
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, retry, timeoutMs });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(backend.logins).toBe(1);
  });

  it('of the login fails the call when the wait is too long', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    const client = new ChatClient({ baseUrl: server.url, credentials, now: () => 0 });

    const first = await errorOf(client.chat.send('Hello'));
    expect(first).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000 });
    expect(first.message).toBe('POST /login failed with status 429: Too many requests.');
    await expect(client.login()).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 3_600_000,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('of the login allows no more logins than the retry limit', async () => {
    const { hooks } = skipWaits();
    await using server = await ScriptedServer.start(() => limited('1'));
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, retry: { limit: 1 } });

    const errors = await Promise.all(
      Array.from({ length: 20 }, () => errorOf(client.stats.messages())),
    );
    expect(errors.every((error) => error.code === 'rate_limited')).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('leaves no timer behind when no call waits', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    // Not over a real connection: Node's fetch has timers too.
    const fetch = async () => new Response('', { status: 429, headers: { 'retry-after': '30' } });
    const controller = new AbortController();
    const client = new ChatClient({ baseUrl: 'http://localhost', token: 't', fetch });

    const call = errorOf(client.stats.messages({ signal: controller.signal }));
    await flushEvents();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ code: 'aborted' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
