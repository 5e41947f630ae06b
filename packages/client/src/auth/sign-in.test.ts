import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options/client-options.js';
import type { SocketStateChange } from '../socket/state-change.js';
import { errorOf } from '../testing/error-of.js';
import { jwt } from '../testing/jwt.js';
import { MemoryStorage } from '../testing/memory-storage.js';
import { type ReceivedRequest, ScriptedServer } from '../testing/scripted-server.js';
import { opened, serveSockets } from '../testing/serve-sockets.js';
import { flushEvents } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import type { AuthChange } from '../types/auth.js';
import { webStorageTokenStore } from './token-stores.js';

const tokenKey = '@chat/client.token';
const bob = { username: 'bob', password: 'hunter2hunter2' };
const noDelays = { minDelayMs: 0, maxDelayMs: 0 };

/** A backend with the users ada and bob, and a client factory. */
async function start(tinyOptions = {}) {
  const backend = new TinyBackend(tinyOptions);
  const passwords: Record<string, string> = { ada: credentials.password, bob: bob.password };
  const script = (request: ReceivedRequest) => {
    const { username = '', password } =
      (request.body as { username?: string; password?: string }) ?? {};
    if (request.path === '/login' && passwords[username] !== password) {
      return { status: 401, body: { detail: 'Wrong username or password.' } };
    }
    return backend.script(request);
  };
  const server = await ScriptedServer.start(script);
  const sockets = serveSockets(server, backend);
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await server[Symbol.asyncDispose]();
  });
  const storage = new MemoryStorage();
  const open = (options: Partial<ChatClientOptions> = {}) => {
    const tokenStore = webStorageTokenStore({ storage });
    const client = new ChatClient({ baseUrl: server.url, tokenStore, retry: noDelays, ...options });
    onTestFinished(() => client.close());
    return client;
  };
  return { backend, server, script, storage, open, sockets, passwords };
}

function changesOf(client: ChatClient): string[] {
  const changes: string[] = [];
  client.onAuthChange(({ user, reason }: AuthChange) => {
    changes.push(`${reason} ${user?.username ?? '-'}`);
  });
  return changes;
}

function closed(socket: ReturnType<ChatClient['connect']>): Promise<SocketStateChange> {
  return new Promise((resolve) => {
    socket.on('state', (change) => change.state === 'closed' && resolve(change));
  });
}

describe('a stored token', () => {
  it('never makes the wrong password of another user succeed', async () => {
    const { open, server } = await start();
    await open({ credentials }).chat.send('Hello');
    const requests = server.requests.length;
    const client = open({ credentials: { username: 'bob', password: 'wrong' } });
    expect(client.user).toBeUndefined();
    await expect(client.login()).rejects.toMatchObject({ code: 'authentication_failed' });
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    const form = open();
    await expect(form.login({ username: 'bob', password: 'wrong' })).rejects.toMatchObject({
      code: 'authentication_failed',
    });
    await expect(form.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
    const other = open({ credentials: async () => ({ username: 'bob', password: 'wrong' }) });
    await expect(other.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    expect(server.requests.slice(requests).map(({ path }) => path)).not.toContain(
      '/stats/messages',
    );
  });

  it('is not sent to another backend', async () => {
    const first = await start();
    const second = await start();
    await first.open({ credentials }).login();
    const client = first.open({ baseUrl: second.server.url });
    expect(client.user).toBeUndefined();
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
    await client.logout();
    expect(second.server.requests).toEqual([]);
  });

  it('is used after getToken only if it has the same subject', async () => {
    const { open, storage, server } = await start();
    const stored = jwt({ sub: 'bob' });
    storage.setItem(
      tokenKey,
      JSON.stringify({ accessToken: stored, backend: `${server.url}/api/v1` }),
    );
    const own = jwt({ sub: 'ada' });
    const client = open({ getToken: () => own });
    await errorOf(client.stats.messages());
    expect(new Set(server.requests.map(({ token }) => token))).toEqual(new Set([own]));
    expect(client.user).toEqual({ username: 'ada' });
  });

  it('signs the user in after a reload, without credentials, until it expires', async () => {
    let time = 1_000_000;
    const { open } = await start({ token: () => jwt({ sub: 'u1', iat: 0, exp: 300 }) });
    await open({ now: () => time }).login(credentials);
    const client = open({ now: () => time });
    const changes = changesOf(client);
    expect(client.user).toEqual({ username: 'ada' });
    await client.stats.messages();
    time += 299_000;
    await client.stats.messages();
    expect(client.user).toEqual({ username: 'ada' });
    time += 1_000;
    expect(client.user).toBeUndefined();
    await expect(client.stats.messages()).rejects.toMatchObject({
      code: 'token_unavailable',
      reason: 'none',
    });
    expect(changes).toEqual(['expired -']);
    expect(open({ now: () => time }).user).toBeUndefined();
  });
});

describe('a login form', () => {
  it('receives the responses of the API document', async () => {
    const { open, backend, storage } = await start();
    const client = open();
    const changes = changesOf(client);
    expect(client.user).toBeUndefined();
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
    expect(await client.login(credentials)).toEqual({
      access_token: 'token-1',
      token_type: 'bearer',
    });
    expect(client.user).toEqual({ username: 'ada' });
    expect(JSON.stringify([...storage.values])).not.toContain(credentials.password);
    backend.valid.clear();
    await client.stats.messages();
    expect(await client.logout()).toEqual({ message: 'Successfully logged out' });
    expect(await client.logout()).toEqual({ message: 'Successfully logged out' });
    expect(changes).toEqual(['login ada', 'refresh ada', 'logout -']);
    expect(storage.values.size).toBe(0);
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
  });

  it('always asks the backend', async () => {
    const { open, backend } = await start();
    await open().login(credentials);
    await open().login(credentials);
    expect(backend.logins).toBe(2);
  });

  it.each([
    [{ username: 'ada' }, 'password'],
    [{ password: 'x' }, 'username'],
    [{ username: 'ada', password: 7 }, 'password'],
    [{ username: 'ada', password: 'x', remember: 'no' }, 'remember'],
    [{ user: 'ada' }, 'user'],
  ])('rejects %j', async (options, option) => {
    const { open } = await start();
    await expect(open().login(options as never)).rejects.toMatchObject({
      code: 'invalid_option',
      option,
    });
  });

  it('gets rate_limited at once after too many logins', async () => {
    const { open, server } = await start();
    const client = open();
    server.script(() => ({
      status: 429,
      headers: { 'retry-after': '20' },
      body: { detail: 'Too many logins.' },
    }));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error = await errorOf(client.login(credentials));
      expect(error).toMatchObject({ code: 'rate_limited' });
      expect(error.retryAfterMs).toBeGreaterThan(10_000);
    }
  });

  it('is not needed in a tab that was opened before another tab logged in', async () => {
    const { open, backend } = await start();
    const [a, b] = [open(), open()];
    const changes = changesOf(b);
    await a.login(credentials);
    expect(b.user).toEqual({ username: 'ada' });
    await b.stats.messages();
    await a.logout();
    expect(b.user).toBeUndefined();
    // A logout is permanent.
    await a.login(credentials);
    expect(b.user).toBeUndefined();
    expect(changes).toEqual(['login ada', 'logout -']);
    expect(backend.logins).toBe(2);
  });

  it.each(['is refused', 'was closed'])('stays in a tab that %s', async (reason) => {
    const { open } = await start();
    const [a, b] = [open(), open()];
    const changes = changesOf(b);
    if (reason === 'was closed') await b.close();
    else await errorOf(b.login({ username: 'bob', password: 'wrong' }));
    await a.login(credentials);
    expect(b.user).toBeUndefined();
    expect(changes).toEqual([]);
  });

  it('does not remember the password if it should not', async () => {
    const { open, backend, server } = await start();
    const client = open();
    const changes = changesOf(client);
    await client.login({ ...credentials, remember: false });
    const socket = client.connect();
    await opened(socket);
    const closing = closed(socket);
    backend.valid.clear();
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    expect((await closing).error).toMatchObject({ code: 'token_unavailable' });
    expect(changes).toEqual(['login ada', 'expired -']);
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
    expect(server.to('/login')).toHaveLength(1);
  });

  it('shows that a token expired, without a call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { open } = await start({ token: () => jwt({ iat: 0, exp: 300 }) });
    const client = open();
    const changes = changesOf(client);
    await client.login({ ...credentials, remember: false });
    vi.advanceTimersByTime(300_000);
    expect(changes).toEqual(['login ada', 'expired -']);
    expect(client.user).toBeUndefined();
  });

  it('reports credentials that are rejected later', async () => {
    const { open, backend, server, passwords } = await start();
    const client = open();
    const changes = changesOf(client);
    await client.login(credentials);
    backend.valid.clear();
    passwords.ada = 'changed';
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'token_unavailable' });
    expect(changes).toEqual(['login ada', 'refused -']);
    expect(server.to('/login')).toHaveLength(2);
  });

  it('switches the user: sockets of the first are closed', async () => {
    const { open } = await start();
    const client = open();
    const changes = changesOf(client);
    await client.login(credentials);
    const socket = client.connect();
    await opened(socket);
    await client.login(bob);
    expect(socket.state).toBe('closed');
    expect(changes).toEqual(['login ada', 'logout -', 'login bob']);
    expect(client.user).toEqual({ username: 'bob' });
  });
});

describe('a logout in another tab', () => {
  it('signs out every tab permanently, and leaves the storage empty', async () => {
    const { open, storage, server } = await start();
    const [a, b] = [open({ credentials }), open({ credentials })];
    await a.login();
    const changes = changesOf(b);
    const socket = b.connect();
    await opened(socket);
    const closing = closed(socket);

    await a.logout();
    const change = await closing;
    expect(change).toMatchObject({
      state: 'closed',
      code: 'signed_out',
      error: { code: 'signed_out' },
    });
    await expect(b.stats.messages()).rejects.toMatchObject({ reason: 'logged_out' });
    expect((await errorOf(b.connect().send('Hi'))).cause).toMatchObject({ code: 'signed_out' });
    expect(changes.at(-1)).toBe('logout -');
    expect(b.user).toBeUndefined();
    expect(storage.values.size).toBe(0);
    expect(open().user).toBeUndefined();
    expect(server.to('/login')).toHaveLength(1);

    await b.login();
    expect(b.user).toEqual({ username: 'ada' });
  });

  /** A tab in another process: no notification reaches it. */
  const silent = (storage: MemoryStorage) => {
    const { subscribe: _, ...store } = webStorageTokenStore({ storage });
    return store;
  };

  it.each(['nobody', 'the same user', 'another user'])(
    'is noticed by a tab that wakes later, when %s is logged in by then',
    async (next) => {
      const { open, storage, server, sockets } = await start();
      const [a, b] = [open({ credentials }), open({ credentials, tokenStore: silent(storage) })];
      await a.login();
      const socket = b.connect();
      await opened(socket);
      const closing = closed(socket);
      await a.logout();
      if (next !== 'nobody') await open().login(next === 'the same user' ? credentials : bob);
      const logins = server.to('/login').length;
      const stored = storage.getItem(tokenKey);
      for (const peer of sockets.clients) peer.close(4401, 'The token is not valid.');
      expect((await closing).error).toMatchObject({ code: 'signed_out' });
      await expect(b.stats.messages()).rejects.toMatchObject({ reason: 'logged_out' });
      expect(server.to('/login')).toHaveLength(logins);
      expect(storage.getItem(tokenKey)).toBe(stored);
    },
  );

  it('is noticed by a tab that reconnects', async () => {
    const { open, storage, backend, sockets } = await start();
    const [a, b] = [open({ credentials }), open({ credentials, tokenStore: silent(storage) })];
    await a.login();
    const socket = b.connect({ backoff: { minDelayMs: 0, maxDelayMs: 0 } });
    await opened(socket);
    const closing = closed(socket);
    await a.logout();
    // Even if the backend still accepts the token.
    backend.valid.add('token-1');
    for (const peer of sockets.clients) peer.close(1012);
    expect((await closing).error).toMatchObject({ code: 'signed_out' });
    expect(storage.values.size).toBe(0);
  });

  it('is noticed by a tab that is refreshing: the new token is revoked', async () => {
    const { open, storage, backend, server, script } = await start();
    const [a, b] = [open({ credentials }), open({ credentials, tokenStore: silent(storage) })];
    await a.login();
    await b.login();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.script(async (request) => {
      if (request.path === '/login') await released;
      return script(request);
    });
    backend.valid.clear();
    const call = errorOf(b.stats.messages());
    while (server.to('/login').length < 2) await flushEvents(1);
    await a.logout();
    release();
    expect(await call).toMatchObject({ reason: 'logged_out' });
    expect(storage.values.size).toBe(0);
    while (server.to('/logout').length < 2) await flushEvents(1);
    expect(server.to('/logout').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
  });

  it('is not assumed when the storage fails or does not keep the token', async () => {
    const { open, backend } = await start();
    const stores = [
      { get: () => undefined, set: () => {}, clear: () => {} },
      {
        get: () => {
          throw new Error('denied');
        },
        set: () => {},
        clear: () => {},
      },
    ];
    for (const tokenStore of stores) {
      const client = open({ credentials, tokenStore });
      await client.stats.messages();
      backend.valid.clear();
      await client.stats.messages();
      await opened(client.connect());
    }
  });

  it('is not assumed when a client of another backend uses the storage', async () => {
    const first = await start();
    const second = await start();
    const client = first.open({ credentials });
    await client.login();
    await first.open({ credentials, baseUrl: second.server.url }).login();
    first.backend.valid.clear();
    expect((await client.stats.messages()).totalMessages).toBe(2);
  });
});

describe('an application whose credentials change to another user', () => {
  it('is signed out, and no call or socket continues as the other user', async () => {
    const { open, backend, server } = await start();
    let current = credentials;
    const a = open({ credentials: () => current });
    const b = open({ credentials });
    await a.login();
    await b.stats.messages();
    const changes = changesOf(a);
    const socket = a.connect();
    await opened(socket);
    const closing = closed(socket);

    current = bob;
    backend.valid.clear();
    await expect(a.chat.send('For ada')).rejects.toMatchObject({ reason: 'logged_out' });
    expect(await closing).toMatchObject({ code: 'signed_out' });
    expect(changes).toEqual(['logout -']);
    await expect.poll(() => backend.valid.size).toBe(0);
    await b.chat.send('From ada');
    expect(b.user).toEqual({ username: 'ada' });
    expect(server.to('/login').map(({ body }) => body)).toMatchObject([
      { username: 'ada' },
      { username: 'bob' },
      { username: 'ada' },
    ]);

    await a.login();
    expect(a.user).toEqual({ username: 'bob' });
    expect(changes).toEqual(['logout -', 'login bob']);
    await expect(b.stats.messages()).rejects.toMatchObject({ reason: 'logged_out' });
  });

  it('is signed out with tokens of getToken too', async () => {
    const { open, backend } = await start();
    let subject = 'ada';
    const client = open({
      getToken: () => {
        const token = jwt({ sub: subject });
        backend.valid.add(token);
        return token;
      },
    });
    await client.stats.messages();
    subject = 'bob';
    backend.valid.clear();
    await expect(client.stats.messages()).rejects.toMatchObject({ reason: 'logged_out' });
    await client.login();
    expect(client.user).toEqual({ username: 'bob' });
  });
});

describe('the first login', () => {
  const html = (status: number) => ({
    status,
    headers: { 'content-type': 'text/html' },
    body: '<html>Welcome to the proxy</html>',
  });

  it.each([
    ['a 503', { status: 503, body: { detail: 'Starting.' } }],
    ['a reset', 'cut' as const],
    ['an HTML page with 403', html(403)],
    ['an HTML page with 404', html(404)],
    ['an HTML page with 521', html(521)],
  ])('is tried again after %s', async (_, reaction) => {
    const uses = [
      (client: ChatClient) => client.login(),
      (client: ChatClient) => client.login(credentials),
      (client: ChatClient) => client.chat.send('Hello'),
      (client: ChatClient) => opened(client.connect({ backoff: noDelays })),
    ];
    for (const use of uses) {
      const { open, server, script } = await start();
      let failures = 2;
      server.script((request) => {
        if (request.path !== '/login' || failures === 0) return script(request);
        failures -= 1;
        return reaction;
      });
      const client = open({ credentials });
      await use(client);
      expect(server.to('/login')).toHaveLength(3);
      await client.close();
    }
  });

  it('fails after `retry.limit` more attempts', async () => {
    const { open, server } = await start();
    server.script(() => html(404));
    const client = open({ retry: { ...noDelays, limit: 2 } });
    await expect(client.login(credentials)).rejects.toMatchObject({ status: 404 });
    expect(server.to('/login')).toHaveLength(3);
  });

  it.each([400, 403, 404])(
    'is not tried again after a %i of the backend itself',
    async (status) => {
      const { open, server } = await start();
      server.script(() => ({ status, body: { detail: 'No.' } }));
      const client = open({ credentials });
      await expect(client.login()).rejects.toMatchObject({ status });
      expect((await closed(client.connect())).error).toMatchObject({ status });
      expect(server.to('/login')).toHaveLength(2);
    },
  );

  it('is tried again although the clock was set back', async () => {
    let time = 86_400_000;
    const { open, server, script } = await start();
    let isDown = true;
    server.script((request) => {
      if (request.path !== '/login' || !isDown) return script(request);
      isDown = false;
      time = 0;
      return { status: 503, body: { detail: 'Starting.' } };
    });
    const retry = { minDelayMs: 1, maxDelayMs: 1 };
    await open({ credentials, retry, now: () => time }).stats.messages();
    expect(server.to('/login')).toHaveLength(2);
  });

  it('does not wait for a lock that another tab never releases', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => new Promise(() => {}) } });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { open, backend, server } = await start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const call = open({ credentials }).stats.messages();
    await vi.advanceTimersByTimeAsync(11_000);
    await call;
    expect(backend.logins).toBe(1);
    // With a stored token, nothing is waited for.
    await open().stats.messages();
    await open({ credentials: async () => credentials }).stats.messages();
    expect(server.to('/login')).toHaveLength(1);
  });
});

describe('an error of the application', () => {
  it.each(['credentials', 'getToken'])('in %s is final and becomes the cause', async (name) => {
    const cancelled = new Error('cancelled');
    const { open } = await start();
    const client = open({
      [name]: () => {
        throw cancelled;
      },
    });
    const change = await closed(client.connect());
    expect((change.error as Error).cause).toBe(cancelled);
    expect((await errorOf(client.stats.messages())).cause).toBe(cancelled);
  });

  it.each([
    Object.assign(new TypeError('fetch failed'), { cause: new Error('ECONNREFUSED') }),
    new TypeError('Failed to fetch'),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  ])('about the network is retried: %s', async (error) => {
    const { open, backend } = await start();
    backend.valid.add('t');
    let failures = 2;
    const getToken = () => {
      failures -= 1;
      if (failures >= 0) throw error;
      return 't';
    };
    await open({ getToken }).stats.messages();
    failures = 2;
    await opened(open({ getToken }).connect({ backoff: noDelays }));
  });
});

describe('logout of a client', () => {
  it('that is not signed in leaves the sign-in of another user', async () => {
    const { open, backend, storage } = await start();
    const form = open();
    await form.login(bob);
    const idle = open({ credentials });
    const stored = storage.getItem(tokenKey);
    await idle.logout();
    expect(storage.getItem(tokenKey)).toBe(stored);
    expect(form.user).toEqual({ username: 'bob' });
    await form.logout();
    expect(backend.valid.size).toBe(0);
    expect(storage.values.size).toBe(0);
  });

  it('of another backend leaves the stored sign-in', async () => {
    const first = await start();
    const second = await start();
    const client = first.open();
    await client.login(bob);
    await first.open({ credentials, baseUrl: second.server.url }).logout();
    expect(client.user).toEqual({ username: 'bob' });
    expect(first.storage.values.size).toBe(1);
  });

  it('leaves the sign-in of a user who replaced its own', async () => {
    const { open, storage } = await start();
    const { subscribe: _, ...silent } = webStorageTokenStore({ storage });
    const first = open({ tokenStore: silent });
    await first.login(credentials);
    const second = open();
    await second.logout();
    await second.login(bob);
    await first.logout();
    expect(second.user).toEqual({ username: 'bob' });
    expect(storage.values.size).toBe(1);
  });
});

describe('logout on a bad network', () => {
  it('is retried', async () => {
    const { open, server, script, backend } = await start();
    const client = open({ credentials });
    await client.login();
    let failures = 2;
    server.script((request) => {
      if (request.path !== '/logout' || failures === 0) return script(request);
      failures -= 1;
      return 'cut';
    });
    await client.logout();
    expect(backend.valid.size).toBe(0);
  });

  it('can be repeated later', async () => {
    const { open, server, script, backend } = await start();
    const client = open({ credentials, retry: { limit: 0 } });
    await client.login();
    server.script((request) => (request.path === '/logout' ? 'cut' : script(request)));
    await expect(client.logout()).rejects.toMatchObject({ code: 'connection_failed' });
    expect(client.user).toBeUndefined();
    server.script(script);
    await client.logout();
    expect(backend.valid.size).toBe(0);
    await client.logout();
    expect(server.to('/logout')).toHaveLength(2);
  });
});
