import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { jwt } from '../testing/jwt.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits, turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

describe('a lifetime', () => {
  const hour = 3_600;
  const minute = 60_000;

  it.each([
    ['right', 0],
    ['ten minutes fast', 10 * minute],
    ['ten minutes slow', -10 * minute],
  ])('is kept by a clock that is %s', async (_, skew) => {
    const start = Date.UTC(2026, 0, 1);
    let time = start + skew;
    // Lifetimes of five minutes: shorter than the clocks are apart.
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
    ['with texts for times', jwt({ iat: '1', exp: '2' })],
    ['with null for claims', 'eyJhbGciOiJIUzI1NiJ9.bnVsbA.x'],
    ['of three dots', '...'],
  ])('is not guessed of a token %s, which is used until it is refused', async (_, text) => {
    const backend = new TinyBackend({ token: () => text });
    await using server = await ScriptedServer.start(backend.script);
    let time = 0;
    const client = new ChatClient({ baseUrl: server.url, credentials, now: () => time });

    await client.stats.messages();
    time += 100 * hour * 1_000;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
  });

  it.each([400, 401, 403, 429, 500, 503])(
    'near its end is used up when the login is answered with %i',
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
      // Asked again with each call, it would be asked too often for the next login to be let in.
      expect(server.to('/login')).toHaveLength(2);

      backend.valid.clear();
      expect(await failure(client.stats.messages())).toMatchObject({ status });
    },
  );

  it.each([
    [10_000, 'half of what is left of it', 60_000],
    [2_500, 'half of the time limit', 5_000],
  ])(
    'near its end is used up when the login hangs: one call waits for it %i ms, %s',
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
      const waits = client.stats.messages();
      while (server.to('/login').length < 2) await turns(1);
      expect((await client.stats.messages()).totalMessages).toBe(2);
      await vi.advanceTimersByTimeAsync(waitMs);
      expect((await waits).totalMessages).toBe(2);
    },
  );

  it('near its end is not what a refused call gets back when the login is down', async () => {
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
    const refused = failure(client.stats.chat());
    while (release.length < 1) await turns(1);
    isDown = true;
    time = 280_000;
    const ahead = client.stats.messages();
    while (release.length < 2) await turns(1);
    release[0]?.();
    await turns();
    release[1]?.();
    expect(await refused).toMatchObject({ code: 'server_error', status: 503 });
    expect((await ahead).totalMessages).toBe(2);
  });

  it('near its end ends with a logout', async () => {
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
    const ahead = failure(client.stats.messages());
    while (server.to('/login').length < 2) await turns(1);
    await client.logout();
    expect(await ahead).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    expect(server.to('/stats/messages')).toHaveLength(1);
  });

  it('near its end is renewed also when it is the one that the client was given', async () => {
    const backend = new TinyBackend();
    const token = jwt({ iat: 0, exp: 300 });
    backend.valid.add(token);
    await using server = await ScriptedServer.start(backend.script);
    let time = 0;
    const now = () => time;
    const client = new ChatClient({ baseUrl: server.url, credentials, token, now });
    const alone = new ChatClient({ baseUrl: server.url, token, now });

    await client.stats.messages();
    time = 280_000;
    await client.stats.messages();
    expect(backend.logins).toBe(1);
    // Without credentials it is used until it is refused.
    time = 400_000;
    expect((await alone.stats.messages()).totalMessages).toBe(2);
  });

  it('near its end is stretched when the login cannot be reached', async () => {
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
