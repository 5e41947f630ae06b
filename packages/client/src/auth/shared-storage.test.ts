import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { MemoryStorage } from '../testing/memory-storage.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { opened, serveSockets } from '../testing/serve-sockets.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import { webStorageTokenStore } from './token-stores.js';

function storedToken({ url }: ScriptedServer, accessToken: string): string {
  return JSON.stringify({ accessToken, username: 'ada', backend: `${url}/api/v1`, signInId: '1' });
}

it('does not lock two storages with the same key', async () => {
  const store = () => {
    const storage = new MemoryStorage();
    return webStorageTokenStore({ storage });
  };
  void store().lock?.(() => new Promise(() => {}));
  expect(await store().lock?.(async () => 'done')).toBe('done');
});

describe('several tabs with one storage', () => {
  /** The part of Web Locks that the token store uses. */
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
    [', also without locks in one process', noLocks],
  ])('log in once for each expiry%s', async (_, prepare) => {
    prepare();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new MemoryStorage();
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

  it('log in once for each expiry when a tab sees late what another one has stored', async () => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    // Browsers do not synchronise the storage of two processes with their locks.
    const storages = [new MemoryStorage(), new MemoryStorage()];
    const tabs = storages.map((own) => {
      const setItem = (key: string, value: string) => {
        own.setItem(key, value);
        setImmediate(() => {
          for (const storage of storages) storage.setItem(key, value);
        });
      };
      const tokenStore = webStorageTokenStore({ storage: { ...own, setItem } });
      return new ChatClient({ baseUrl: server.url, credentials, tokenStore });
    });

    for (const logins of [1, 2, 3]) {
      await Promise.all(tabs.map((tab) => tab.stats.messages()));
      expect(backend.logins).toBe(logins);
      backend.valid.clear();
    }
  });

  it.each([
    ['sent by a call', async (tab: ChatClient) => void (await tab.stats.messages())],
    ['sent by a socket', (tab: ChatClient) => opened(tab.connect())],
  ])('log in once when both the stored and their own token are invalid, %s', async (_, use) => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    serveSockets(server, backend);
    const storage = new MemoryStorage();
    storage.setItem('@chat/client.token', storedToken(server, 'stored-token'));
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

  it('send at most three requests per call to a backend that rejects every token', async () => {
    fakeLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? backend.script(request) : { status: 401 },
    );
    const storage = new MemoryStorage();
    storage.setItem('@chat/client.token', storedToken(server, 'stored-token'));
    const tokenStore = webStorageTokenStore({ storage });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'own', tokenStore });

    await expect(client.stats.messages()).rejects.toMatchObject({ code: 'authentication_failed' });
    expect(server.to('/stats/messages').map(({ token }) => token)).toEqual([
      'own',
      'stored-token',
      'token-1',
    ]);
  });

  it('refresh a token even if the store keeps an older one', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new MemoryStorage();
    storage.setItem('@chat/client.token', storedToken(server, 'stale'));
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

  it.each(['line\nbreak', 'two words', ''])('ignore the stored token %j', async (invalid) => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new MemoryStorage();
    const tab = () =>
      new ChatClient({
        baseUrl: server.url,
        credentials,
        tokenStore: webStorageTokenStore({ storage }),
      });
    storage.setItem('@chat/client.token', JSON.stringify({ accessToken: invalid }));

    await tab().logout();
    expect(server.requests).toEqual([]);
    storage.setItem('@chat/client.token', JSON.stringify({ accessToken: invalid }));
    expect((await tab().stats.messages()).totalMessages).toBe(2);
    expect(backend.logins).toBe(1);
  });

  it('share a token across reloads, also without locks', async () => {
    noLocks();
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const storage = new MemoryStorage();
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

  it('work when the storage is inaccessible or contains invalid data', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const invalid = new MemoryStorage();
    invalid.setItem('@chat/client.token', '{"accessToken":7}');
    const inaccessible = {
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
    for (const storage of [invalid, inaccessible]) {
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
