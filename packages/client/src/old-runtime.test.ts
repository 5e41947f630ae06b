import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryStorage } from './testing/memory-storage.js';
import { ScriptedServer } from './testing/scripted-server.js';
import { opened, serveSockets } from './testing/serve-sockets.js';
import { credentials, TinyBackend } from './testing/tiny-backend.js';

// Like React Native and old browsers: before the client is loaded.
beforeEach(() => {
  vi.resetModules();
  for (const name of ['crypto', 'document', 'navigator', 'localStorage']) {
    vi.stubGlobal(name, undefined);
  }
  vi.stubGlobal('AbortSignal', class AbortSignal {});
  const { prototype } = AbortController;
  const signal = Object.getOwnPropertyDescriptor(prototype, 'signal') as { get(): AbortSignal };
  vi.spyOn(prototype, 'signal', 'get').mockImplementation(function (this: AbortController) {
    return Object.defineProperty(signal.get.call(this), 'throwIfAborted', {
      value: undefined,
      configurable: true,
    });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each(['credentials', 'getToken', 'login form'])(
  'works in a runtime without crypto, document and AbortSignal.any, with %s',
  async (way) => {
    const { ChatClient, webStorageTokenStore } = await import('./index.js');
    const backend = new TinyBackend();
    backend.valid.add('own');
    await using server = await ScriptedServer.start(backend.script);
    serveSockets(server, backend);
    await using client = new ChatClient({
      baseUrl: server.url,
      tokenStore: webStorageTokenStore({ storage: new MemoryStorage() }),
      ...(way === 'credentials' && { credentials: async () => credentials }),
      ...(way === 'getToken' && { getToken: () => 'own' }),
    });

    await client.login(way === 'login form' ? credentials : {});
    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect((await client.stats.messages()).totalMessages).toBe(2);
    const socket = client.connect();
    await opened(socket);
    await client.logout();
    expect(socket.state).toBe('closed');
  },
);
