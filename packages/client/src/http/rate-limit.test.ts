import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits, turns } from '../testing/skip-waits.js';
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
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe('over the allowance', () => {
  it('waits as long as it was told and a little longer, also for a message without a key', async () => {
    const { hooks, retries } = skipWaits();
    const backend = new TinyBackend();
    let refusals = 1;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/chat' && refusals-- > 0 ? limited('2.5') : backend.script(request),
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
  ])('fails at once when the wait is too long, told in %s', async (_, retryAfter) => {
    await using server = await ScriptedServer.start(() => limited(retryAfter));
    const now = () => Date.UTC(2026, 10, 22, 12);
    const retry = { maxWaitMs: 29_999 };
    const client = new ChatClient({ baseUrl: server.url, token: 't', now, retry });

    const error = await failure(client.stats.messages());
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('holds back the whole client, without asking again, while the wait is too long', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    const client = new ChatClient({ baseUrl: server.url, token: 't', now: () => 0 });

    await failure(client.stats.messages());
    const held = await failure(client.chat.send('Hello'));
    expect(held).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000, attempts: 0 });
    expect(server.requests).toHaveLength(1);
  });

  it('is not held back longer for asking again', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, token: 't', now: () => time++ });

    await failure(client.stats.messages());
    const ends = new Set<number>();
    for (let nth = 0; nth < 50; nth += 1) {
      const { retryAfterMs } = await failure(client.stats.messages());
      ends.add(time + retryAfterMs);
    }
    expect(ends.size).toBe(1);
  });

  it('falls back to its own waits when Retry-After is junk', async () => {
    const { hooks, retries } = skipWaits();
    let nth = 0;
    await using server = await ScriptedServer.start(() => (++nth < 3 ? limited('soon') : stats));
    const client = new ChatClient({ baseUrl: server.url, token: 't', hooks, random: () => 1 });

    await client.stats.messages();
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000]);
  });

  it('lets waiting calls out one by one, so that none spends its tries on the others', async () => {
    const { hooks } = skipWaits();
    // One call every 10 seconds, however many ask: thirty calls need three hundred seconds.
    let freeAt = 0;
    let underWay = 0;
    let together = 0;
    await using server = await ScriptedServer.start(async () => {
      underWay += 1;
      if (freeAt > 0) together = Math.max(together, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
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
    while (server.requests.length < 2) await turns(1);
    await turns();
    const others = Array.from({ length: 30 }, () => client.stats.messages());
    await Promise.all([first, ...others]);
    expect(together).toBe(1);
  });

  it('lets a call that was let out alone log in meanwhile', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let refusals = 1;
    await using server = await ScriptedServer.start((request) => {
      if (request.path === '/chat' && refusals-- > 0) {
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

  it('waits when the login itself is over its allowance', async () => {
    const { hooks, retries } = skipWaits();
    const backend = new TinyBackend();
    let refusals = 2;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' && refusals-- > 0 ? limited('50') : backend.script(request),
    );
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, timeoutMs: 1_000 });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(retries.map(({ route }) => route)).toEqual(['login', 'login']);
  });

  it('does not take the wait of a login that was refused for a silence of the backend', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let refusals = 1;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' && refusals-- > 0 ? limited('1') : backend.script(request),
    );
    // The call has waited for its token for just as long when the login leaves again.
    const retry = { minDelayMs: 0, maxDelayMs: 0 };
    const timeoutMs = 1_000;
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, retry, timeoutMs });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(backend.logins).toBe(1);
  });

  it('says that it is limited when a login would have to wait for too long', async () => {
    await using server = await ScriptedServer.start(() => limited('3600'));
    const client = new ChatClient({ baseUrl: server.url, credentials, now: () => 0 });

    const first = await failure(client.chat.send('Hello'));
    expect(first).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000 });
    expect(first.message).toBe('POST /login was answered with 429: Too many requests.');
    expect(await failure(client.login())).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 3_600_000,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('spends no more logins than its limit when logins stay refused', async () => {
    const { hooks } = skipWaits();
    await using server = await ScriptedServer.start(() => limited('1'));
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, retry: { limit: 1 } });

    const errors = await Promise.all(
      Array.from({ length: 20 }, () => failure(client.stats.messages())),
    );
    expect(errors.every((error) => error.code === 'rate_limited')).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('leaves no timer behind when nobody waits any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    // Not over a real line: Node's own fetch keeps timers too.
    const fetch = async () => new Response('', { status: 429, headers: { 'retry-after': '30' } });
    const controller = new AbortController();
    const client = new ChatClient({ baseUrl: 'http://localhost', token: 't', fetch });

    const call = failure(client.stats.messages({ signal: controller.signal }));
    await turns();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ code: 'aborted' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
