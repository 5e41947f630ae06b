import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { jwt } from '../testing/jwt.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits, turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import { MemoryTokenStore } from './memory-token-store.js';
import { webStorageTokenStore } from './web-storage-token-store.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('an expired token', () => {
  it('is renewed once for 100 parallel calls, and each has its answer', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => client.chat.send(`Message ${n}`)),
    );
    expect(answers.map(({ response }) => response)).toEqual(
      Array.from({ length: 100 }, (_, n) => `You said Message ${n}`),
    );
    expect(backend.logins).toBe(1);
  });

  it('is renewed without a retry being spent', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const retry = { limit: 0 };
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired', retry });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.to('/stats/messages')).toHaveLength(2);
  });

  it('ends in an AuthenticationError when the new token is refused as well', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? backend.script(request) : unauthorized,
    );
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, attempts: 1 });
    expect(server.to('/chat').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(backend.logins).toBe(2);
  });

  it('is an AuthenticationError when there is nothing to renew it with', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, token: 'expired' });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toMatchObject({
      code: 'authentication_failed',
      detail: 'The token is not valid.',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is not renewed again by an answer that comes late', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const answer = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await held;
      return answer;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const slow = client.chat.send('Slow');
    await client.stats.messages();
    release();
    expect((await slow).response).toBe('You said Slow');
    expect(backend.logins).toBe(1);
  });

  it('is not renewed again by a late answer, also when the token store keeps nothing', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const answer = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await held;
      return answer;
    });
    const tokenStore = { get: () => undefined, set: () => {}, clear: () => {} };
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      token: 'expired',
      tokenStore,
    });

    const slow = client.chat.send('Slow');
    await client.stats.messages();
    release();
    await slow;
    expect(backend.logins).toBe(1);
  });
});

describe('a login', () => {
  it('that is refused is not tried again', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect(await failure(client.login())).toMatchObject({ code: 'authentication_failed' });
    expect(await failure(client.chat.send('Hello'))).toMatchObject({
      code: 'authentication_failed',
    });
    expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/login']);
  });

  it('asks a function for the credentials each time', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    let nth = 0;
    const client = new ChatClient({
      baseUrl: server.url,
      credentials: async () => ({ username: 'ada', password: `password-${++nth}` }),
    });

    await client.login();
    backend.valid.clear();
    await client.stats.messages();
    expect(server.to('/login').map(({ body }) => body)).toEqual([
      { username: 'ada', password: 'password-1' },
      { username: 'ada', password: 'password-2' },
    ]);
  });

  it('is made once by many callers, and not at all when there is a token', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await Promise.all([client.login(), client.login(), client.chat.send('Hello')]);
    await client.login();
    expect(backend.logins).toBe(1);
  });

  it('over lines that break is not made by every call that waits for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await using server = await ScriptedServer.start(() => 'cut');
    const retry = { limit: 2 };
    // Every call waits for a time of its own before it tries again.
    let nth = 0;
    const random = () => (nth++ % 50) / 50;
    const client = new ChatClient({ baseUrl: server.url, credentials, retry, random });

    let settled = 0;
    const calls = Array.from({ length: 50 }, () =>
      failure(client.stats.messages()).finally(() => {
        settled += 1;
      }),
    );
    while (settled < calls.length) {
      await turns(5);
      vi.advanceTimersByTime(20);
    }
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'connection_failed' });
    }
    // Three tries of each call, which do not fall together: one login for each would be 150.
    expect(server.to('/login').length).toBeLessThan(10);
  });
});

describe('getToken', () => {
  it('is told why a token is needed', async () => {
    const backend = new TinyBackend();
    backend.valid.add('second');
    await using server = await ScriptedServer.start(backend.script);
    const reasons: string[] = [];
    const getToken = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return reasons.length === 1 ? 'first' : 'second';
    };
    const client = new ChatClient({ baseUrl: server.url, getToken });

    await client.stats.messages();
    expect(reasons).toEqual(['initial', 'rejected']);
  });

  it('that never answers times out', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const client = new ChatClient({
      baseUrl: 'http://127.0.0.1:9',
      getToken: () => new Promise<string>(() => {}),
      timeoutMs: 5_000,
    });

    const error = failure(client.stats.messages());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await error).toMatchObject({ code: 'timeout', timeoutMs: 5_000 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails is reported with what it said', async () => {
    const getToken = () => Promise.reject(new Error('The vault is sealed.'));
    const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', getToken });

    const error = await failure(client.stats.messages());
    expect(error).toMatchObject({ code: 'token_unavailable', reason: 'failed' });
    expect(error.cause.message).toBe('The vault is sealed.');
  });

  it.each([undefined, 7, '', 'two words', 'line\nbreak', 'ü'])(
    'that returns %j is reported without the value',
    async (value) => {
      const getToken = () => value as string;
      const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', getToken });

      const error = await failure(client.stats.messages());
      expect(error.message).toBe(
        'The token that getToken returns must be a string of visible ASCII characters without spaces.',
      );
    },
  );

  it('goes on for the others when one caller gives up', async () => {
    const backend = new TinyBackend();
    backend.valid.add('fresh');
    await using server = await ScriptedServer.start(backend.script);
    let release = (_: string) => {};
    const getToken = vi.fn(
      () =>
        new Promise<string>((resolve) => {
          release = resolve;
        }),
    );
    const client = new ChatClient({ baseUrl: server.url, getToken });
    const controller = new AbortController();

    const impatient = failure(client.stats.messages({ signal: controller.signal }));
    const patient = client.stats.messages();
    await turns();
    controller.abort();
    expect(await impatient).toMatchObject({ code: 'aborted' });
    release('fresh');
    expect((await patient).totalMessages).toBe(2);
    expect(getToken).toHaveBeenCalledTimes(1);
  });
});

describe('logout', () => {
  it('throws away a token that arrives later, and ends the calls that waited for it', async () => {
    const backend = new TinyBackend();
    backend.valid.add('late').add('later');
    await using server = await ScriptedServer.start(backend.script);
    const answers: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => answers.push(resolve));
    const tokenStore = new MemoryTokenStore();
    const client = new ChatClient({ baseUrl: server.url, getToken, tokenStore });

    const call = failure(client.stats.messages());
    await turns();
    await client.logout();
    expect(await call).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    answers[0]?.('late');
    await turns();
    expect(tokenStore.get()).toBeUndefined();

    const next = client.stats.messages();
    await turns();
    answers[1]?.('later');
    await next;
    expect(server.requests.map(({ token }) => token)).toEqual(['later']);
  });

  it('is not undone by a call that was under way', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      if (request.path === '/chat') {
        await held;
        return unauthorized;
      }
      return backend.script(request);
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const call = failure(client.chat.send('Hello'));
    while (server.to('/chat').length === 0) await turns(1);
    await client.logout();
    release();
    expect(await call).toMatchObject({ reason: 'logged_out' });
    expect(backend.logins).toBe(1);
  });

  it('is not undone by a call that waited for its next try', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let loggedOut: Promise<void> | undefined;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat' ? { status: 503 } : backend.script(request),
    );
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      hooks: {
        onRetry: (state) => {
          loggedOut = client.logout();
          return hooks.onRetry?.(state);
        },
      },
    });

    expect(await failure(client.stats.chat())).toMatchObject({ reason: 'logged_out' });
    await loggedOut;
    expect(backend.logins).toBe(1);
  });

  it('is done when the backend knows the token no more', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await client.login();
    backend.valid.clear();
    await client.logout();
    await client.logout();
    expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/logout']);
  });

  it('forgets the token also when the backend cannot be told', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/logout' ? 'cut' : backend.script(request),
    );
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await client.login();
    expect(await failure(client.logout())).toMatchObject({ code: 'connection_failed' });
    await client.stats.messages();
    expect(server.to('/stats/messages').map(({ token }) => token)).toEqual(['token-2']);
  });

  it('does not come back to the token the client began with', async () => {
    const backend = new TinyBackend();
    backend.valid.add('begin');
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, token: 'begin' });

    await client.logout();
    expect(await failure(client.stats.messages())).toMatchObject({ reason: 'none' });
  });
});

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

describe('several tabs with one storage', () => {
  class Storage {
    readonly values = new Map<string, string>();
    getItem = (key: string) => this.values.get(key) ?? null;
    setItem = (key: string, value: string) => void this.values.set(key, value);
    removeItem = (key: string) => void this.values.delete(key);
  }

  /** Web Locks, as far as they are used: one after the other for each name. */
  function fakeLocks() {
    let last: Promise<unknown> = Promise.resolve();
    const request = <Result>(_: string, work: () => Promise<Result>) => {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    };
    vi.stubGlobal('navigator', { locks: { request } });
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
  }

  it('spend one login for each expiry', async () => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new Storage();
    const tabs = Array.from(
      { length: 5 },
      () =>
        new ChatClient({
          baseUrl: server.url,
          credentials,
          tokenStore: webStorageTokenStore({ storage }),
        }),
    );

    await Promise.all(tabs.map((tab) => tab.stats.messages()));
    expect(backend.logins).toBe(1);
    backend.valid.clear();
    await Promise.all(tabs.map((tab) => tab.stats.messages()));
    expect(backend.logins).toBe(2);
  });

  it('find the token of another after a reload, also without locks', async () => {
    vi.stubGlobal('navigator', {});
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new Storage();
    const tab = () =>
      new ChatClient({
        baseUrl: server.url,
        credentials,
        tokenStore: webStorageTokenStore({ storage }),
      });

    await tab().stats.messages();
    await tab().login();
    await tab().stats.messages();
    expect(backend.logins).toBe(1);
    await tab().logout();
    expect(storage.values.size).toBe(0);
    expect(backend.valid.size).toBe(0);
  });

  it('work on when the storage is closed to them or holds junk', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const junk = new Storage();
    junk.setItem('@chat/client.token', '{"accessToken":7}');
    const closed = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('denied');
      },
      removeItem: () => {
        throw new Error('denied');
      },
    };
    for (const storage of [junk, closed]) {
      const client = new ChatClient({
        baseUrl: server.url,
        credentials,
        tokenStore: webStorageTokenStore({ storage }),
      });
      expect((await client.stats.messages()).totalMessages).toBe(2);
      await client.logout();
    }
  });
});
