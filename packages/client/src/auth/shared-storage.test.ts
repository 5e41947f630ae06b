import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { ChatClient } from '../client.js';
import type { ChatSocket } from '../socket/chat-socket.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import { webStorageTokenStore } from './web-storage-token-store.js';

/** `/ws/chat` of the backend: it knows the core alone, and has a word for those it lets in. */
function serveSockets(server: ScriptedServer, backend: TinyBackend): void {
  const sockets = new WebSocketServer({ server: server.http });
  onTestFinished(() => sockets.close());
  sockets.on('connection', (socket, { url = '' }) => {
    const token = new URL(url, server.url).searchParams.get('token') ?? '';
    if (!backend.valid.has(token)) socket.close(4401, 'The token is not valid.');
    else socket.send(JSON.stringify({ type: 'status', data: greeting }));
  });
}

const greeting = { role: 'system', content: 'Hi.', timestamp: '', event: 'connected' };

async function opened(socket: ChatSocket): Promise<void> {
  if (socket.state === 'open') return;
  await new Promise<void>((resolve, reject) => {
    socket.on('state', ({ state, error }) => {
      if (state === 'open') resolve();
      if (state === 'closed') reject(error);
    });
  });
}

it('does not make one storage wait for another that has the same key', async () => {
  const store = () => {
    const values = new Map<string, string>();
    const storage = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
      removeItem: (key: string) => void values.delete(key),
    };
    return webStorageTokenStore({ storage });
  };
  void store().lock?.(() => new Promise(() => {}));
  expect(await store().lock?.(async () => 'done')).toBe('done');
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
    stubNavigator({ locks: { request } });
  }

  const noLocks = () => stubNavigator({});

  function stubNavigator(navigator: object) {
    vi.stubGlobal('navigator', navigator);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
  }

  it.each([
    ['', fakeLocks],
    [', also without locks when they are of one process', noLocks],
  ])('spend one login for each expiry%s', async (_, prepare) => {
    prepare();
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

  it.each([
    ['sent by a call', async (tab: ChatClient) => void (await tab.stats.messages())],
    ['sent by a socket', (tab: ChatClient) => opened(tab.connect())],
  ])('log in once when the token that another left is as dead as their own, %s', async (_, use) => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    serveSockets(server, backend);
    const storage = new Storage();
    storage.setItem('@chat/client.token', '{"accessToken":"left-by-another"}');
    const tab = (token: string) =>
      new ChatClient({
        baseUrl: server.url,
        credentials,
        token,
        tokenStore: webStorageTokenStore({ storage }),
      });
    await using first = tab('own-1');
    await using second = tab('own-2');

    await Promise.all([use(first), use(second)]);
    expect(backend.logins).toBe(1);
  });

  it('ask a backend that refuses every token no more than thrice a call', async () => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? backend.script(request) : { status: 401 },
    );
    const storage = new Storage();
    storage.setItem('@chat/client.token', '{"accessToken":"left-by-another"}');
    const tokenStore = webStorageTokenStore({ storage });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'own', tokenStore });

    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    expect(server.to('/stats/messages').map(({ token }) => token)).toEqual([
      'own',
      'left-by-another',
      'token-1',
    ]);
  });

  it('renew a token also when the store holds on to an older one', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new Storage();
    storage.setItem('@chat/client.token', '{"accessToken":"stale"}');
    storage.setItem = () => {
      throw new Error('The quota has been exceeded.');
    };
    const tokenStore = webStorageTokenStore({ storage });
    const client = new ChatClient({ baseUrl: server.url, credentials, tokenStore });

    for (const logins of [1, 2, 3]) {
      backend.valid.clear();
      expect((await client.stats.messages()).totalMessages).toBe(2);
      expect(backend.logins).toBe(logins);
    }
  });

  it.each(['line\nbreak', 'two words', ''])('take %j in the store for no token', async (junk) => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new Storage();
    const tab = () =>
      new ChatClient({
        baseUrl: server.url,
        credentials,
        tokenStore: webStorageTokenStore({ storage }),
      });
    storage.setItem('@chat/client.token', JSON.stringify({ accessToken: junk }));

    await tab().logout();
    expect(server.requests).toEqual([]);
    storage.setItem('@chat/client.token', JSON.stringify({ accessToken: junk }));
    expect((await tab().stats.messages()).totalMessages).toBe(2);
    expect(backend.logins).toBe(1);
  });

  it('find the token of another after a reload, also without locks', async () => {
    noLocks();
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
