import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { deferred } from '../lib/deferred.js';
import { errorOf } from '../testing/error-of.js';
import { jwt } from '../testing/jwt.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents, skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

describe('a token lifetime', () => {
  const hour = 3_600;
  const minute = 60_000;

  it.each([
    ['right', 0],
    ['ten minutes fast', 10 * minute],
    ['ten minutes slow', -10 * minute],
  ])('is correct with a clock that is %s', async (_, skew) => {
    const start = Date.UTC(2026, 0, 1);
    let time = start + skew;
    // Five minutes: shorter than the difference between the clocks.
    const iat = start / 1000;
    const token = (nth: number) => jwt({ sub: 'ada', iat: iat + nth, exp: iat + nth + 300 });
    const backend = new TinyBackend({ token });
    await using server = await ScriptedServer.start(backend.script);
    const reasons: string[] = [];
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      now: () => time,
      hooks: { onTokenRefreshed: ({ reason }) => void reasons.push(reason) },
    });

    await client.stats.messages();
    time += 4 * minute;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
    time += 0.9 * minute;
    await client.stats.messages();
    expect(reasons).toEqual(['initial', 'expiring']);
    expect(server.to('/stats/messages')).toHaveLength(3);
  });

  it.each([
    ['opaque', 'abcdef'],
    ['without exp', jwt({ iat: 1 })],
    ['without iat', jwt({ exp: 1 })],
    ['with an exp before its iat', jwt({ iat: 2, exp: 1 })],
    ['with an exp of 1e300', jwt({ iat: 1, exp: 1e300 })],
    ['with text times', jwt({ iat: '1', exp: '2' })],
    ['with null claims', 'eyJhbGciOiJIUzI1NiJ9.bnVsbA.x'],
    ['of three dots', '...'],
  ])('is unknown for a token %s, which is used until it is rejected', async (_, text) => {
    const backend = new TinyBackend({ token: () => text });
    await using server = await ScriptedServer.start(backend.script);
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, credentials, now: () => time });

    await client.stats.messages();
    time += 100 * hour * 1_000;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
  });

  it('near its end: a call waits for a refresh that takes longer than the old token is valid', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let time = 0;
    const next = deferred<string>();
    const tokens = [jwt({ iat: 0, exp: 300 }), next.promise];
    const sent: (string | null)[] = [];
    const client = new ChatClient({
      baseUrl: 'http://127.0.0.1:9',
      getToken: () => tokens.shift() ?? '',
      now: () => time,
      fetch: async (input, init) => {
        sent.push(new Request(input, init).headers.get('authorization'));
        return Response.json({ todayMessages: 0, totalMessages: 0, avgMessagesPerChat: 0 });
      },
    });

    await client.stats.messages();
    time = 299_900;
    const call = client.stats.messages();
    await flushEvents();
    time = 300_100;
    await vi.advanceTimersByTimeAsync(50);
    const renewed = jwt({ iat: 300, exp: 600 });
    next.resolve(renewed);
    await call;
    expect(sent.at(-1)).toBe(`Bearer ${renewed}`);
  });

  it.each([400, 401, 403, 429, 500, 503])(
    'near its end: the token stays in use when the login fails with status %i',
    async (status) => {
      const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
      let isDown = false;
      await using server = await ScriptedServer.start((request) =>
        isDown && request.path === '/login' ? { status } : backend.script(request),
      );
      let time = 0;
      const retry = { limit: 0, minDelayMs: 1, maxDelayMs: 1 };
      const client = new ChatClient({ baseUrl: server.url, credentials, retry, now: () => time });

      await client.stats.messages();
      isDown = true;
      time = 280_000;
      expect((await client.stats.messages()).totalMessages).toBe(2);
      // One login for each call would exceed the rate limit of logins.
      expect(server.to('/login')).toHaveLength(2);

      backend.valid.clear();
      await expect(client.stats.messages()).rejects.toMatchObject({ status });
    },
  );

  it.each([
    [10_000, 'half of the remaining lifetime', 60_000],
    [2_500, 'half of the timeout', 5_000],
  ])(
    'near its end: the token stays in use when the login hangs; one call waits %i ms, %s',
    async (waitMs, _, timeoutMs) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      let isUp = true;
      const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
      await using server = await ScriptedServer.start((request) =>
        isUp || request.path !== '/login' ? backend.script(request) : 'hang',
      );
      let time = 1_000_000;
      const now = () => time;
      await using client = new ChatClient({ baseUrl: server.url, credentials, now, timeoutMs });

      await client.stats.messages();
      isUp = false;
      time += 280_000;
      const waiting = client.stats.messages();
      while (server.to('/login').length < 2) await flushEvents(1);
      expect((await client.stats.messages()).totalMessages).toBe(2);
      await vi.advanceTimersByTimeAsync(waitMs);
      expect((await waiting).totalMessages).toBe(2);
    },
  );

  it('near its end: the rejected token is not used again when the login is down', async () => {
    const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
    const release: (() => void)[] = [];
    let isDown = false;
    await using server = await ScriptedServer.start(async (request) => {
      if (request.path === '/stats/chat' || (isDown && request.path === '/login')) {
        await new Promise<void>((resolve) => release.push(resolve));
        return { status: isDown && request.path === '/login' ? 503 : 401 };
      }
      return backend.script(request);
    });
    let time = 0;
    const retry = { limit: 0 };
    const client = new ChatClient({ baseUrl: server.url, credentials, retry, now: () => time });

    await client.stats.messages();
    const rejected = errorOf(client.stats.chat());
    while (release.length < 1) await flushEvents(1);
    isDown = true;
    time = 280_000;
    const refreshing = client.stats.messages();
    while (release.length < 2) await flushEvents(1);
    release[0]?.();
    await flushEvents();
    release[1]?.();
    expect(await rejected).toMatchObject({ code: 'server_error', status: 503 });
    expect((await refreshing).totalMessages).toBe(2);
  });

  it('near its end: a logout cancels the refresh', async () => {
    const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
    let isUp = true;
    await using server = await ScriptedServer.start((request) =>
      isUp || request.path !== '/login' ? backend.script(request) : 'hang',
    );
    let time = 0;
    await using client = new ChatClient({ baseUrl: server.url, credentials, now: () => time });

    await client.stats.messages();
    isUp = false;
    time = 280_000;
    const refreshing = errorOf(client.stats.messages());
    while (server.to('/login').length < 2) await flushEvents(1);
    await client.logout();
    expect(await refreshing).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    expect(server.to('/stats/messages')).toHaveLength(1);
  });

  it('near its end: the initial token is refreshed too', async () => {
    const backend = new TinyBackend();
    const token = jwt({ iat: 0, exp: 300 });
    backend.valid.add(token);
    await using server = await ScriptedServer.start(backend.script);
    let time = 0;
    const now = () => time;
    const client = new ChatClient({ baseUrl: server.url, credentials, token, now });
    const withoutCredentials = new ChatClient({ baseUrl: server.url, token, now });

    await client.stats.messages();
    time = 280_000;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
    // Without credentials it is used until it is rejected.
    time = 400_000;
    expect((await withoutCredentials.stats.messages()).totalMessages).toBe(2);
  });

  it('near its end: the token stays in use when the login is unreachable', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend({ token: () => jwt({ iat: 0, exp: 300 }) });
    let reachable = true;
    await using server = await ScriptedServer.start((request) =>
      reachable || request.path !== '/login' ? backend.script(request) : 'cut',
    );
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, credentials, hooks, now: () => time });

    await client.stats.messages();
    reachable = false;
    time = 280_000;
    expect((await client.stats.messages()).totalMessages).toBe(2);
  });
});
