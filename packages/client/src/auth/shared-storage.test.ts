import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import { webStorageTokenStore } from './web-storage-token-store.js';

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
