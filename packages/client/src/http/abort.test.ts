import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options/client-options.js';
import { RestClient } from '../rest-client.js';
import { errorOf } from '../testing/error-of.js';
import { type Script, ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

interface Phase {
  readonly options?: Partial<ChatClientOptions>;
  readonly script: Script;
  /** Whether the call is in this phase. */
  readonly reached: (server: ScriptedServer) => boolean;
}

const phases: Record<string, Phase> = {
  'while it waits for the login': {
    script: () => 'hang',
    reached: (server) => server.to('/login').length === 1,
  },
  'while it waits for getToken': {
    options: { credentials: undefined, getToken: () => new Promise<string>(() => {}) },
    script: () => 'hang',
    reached: () => true,
  },
  'while it waits for the response': {
    script: (request) => (request.path === '/login' ? new TinyBackend().script(request) : 'hang'),
    reached: (server) => server.to('/chat').length === 1,
  },
  'while it receives the body of the response': {
    script: (request) =>
      request.path === '/login'
        ? new TinyBackend().script(request)
        : { headers: { 'content-length': '1000' }, body: '{' },
    reached: (server) => server.to('/chat').length === 1,
  },
  'while a rejected token is refreshed': {
    options: { token: 'expired' },
    script: (request) => (request.path === '/login' ? 'hang' : { status: 401 }),
    reached: (server) => server.to('/login').length === 1,
  },
  'while it waits for the next attempt': {
    script: (request) =>
      request.path === '/login'
        ? new TinyBackend({ extensions: 'idempotency' }).script(request)
        : { status: 503, headers: { 'retry-after': '30', 'chat-extensions': 'idempotency' } },
    reached: (server) => server.to('/chat').length === 1,
  },
  'while it waits at the gate': {
    script: (request) =>
      request.path === '/login'
        ? new TinyBackend().script(request)
        : { status: 429, headers: { 'retry-after': '30' } },
    reached: (server) => server.to('/chat').length === 1,
  },
  'while the hook onRequest runs': {
    options: { hooks: { onRequest: () => new Promise<void>(() => {}) }, token: 't' },
    script: () => 'hang',
    reached: () => true,
  },
  'while a fetch runs that ignores signals': {
    options: { fetch: () => new Promise(() => {}) },
    script: () => 'hang',
    reached: () => true,
  },
};

describe('an abort', () => {
  it.each(Object.entries(phases))('%s ends the call immediately', async (_, phase) => {
    await using server = await ScriptedServer.start(phase.script);
    const client = new ChatClient({ baseUrl: server.url, credentials, ...phase.options });
    const controller = new AbortController();
    const reason = new Error('The page was left.');

    const call = errorOf(client.chat.send('Hello', { signal: controller.signal }));
    while (!phase.reached(server)) await flushEvents(1);
    await flushEvents();
    controller.abort(reason);
    expect(await call).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('before the call sends nothing', async () => {
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const signal = AbortSignal.abort();

    await expect(client.chat.send('Hello', { signal })).rejects.toMatchObject({ code: 'aborted' });
    await expect(client.login({ signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(server.requests).toHaveLength(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('directly after the call sends nothing', async () => {
    const sent: string[] = [];
    const fetch: typeof globalThis.fetch = (url, init) => {
      if (!init?.signal?.aborted) sent.push(String(url));
      return new Promise(() => {});
    };
    // Without ky, whose request is sent later anyway.
    const client = new RestClient({ baseUrl: 'https://chat.example.com', token: 't', fetch });
    const controller = new AbortController();

    const call = errorOf(client.stats.chat({ signal: controller.signal }));
    controller.abort();
    expect(await call).toMatchObject({ code: 'aborted' });
    expect(sent).toEqual([]);
  });

  it('closes the connection to the backend', async () => {
    const aborted = vi.fn();
    const fetch: typeof globalThis.fetch = (url, init) => {
      init?.signal?.addEventListener('abort', aborted);
      return globalThis.fetch(url, init);
    };
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't', fetch });
    const controller = new AbortController();

    const call = errorOf(client.stats.chat({ signal: controller.signal }));
    while (server.requests.length === 0) await flushEvents(1);
    controller.abort();
    await call;
    expect(aborted).toHaveBeenCalledTimes(1);
  });

  it('leaves no listeners on a signal that many calls share', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const { signal } = new AbortController();

    for (let nth = 0; nth < 30; nth += 1) await client.stats.messages({ signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a timeout', () => {
  function fakeTimers() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
  }

  it('of the client ends a call without a response', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't', timeoutMs: 5_000 });

    const call = errorOf(client.stats.chat());
    while (server.requests.length === 0) await flushEvents(1);
    vi.advanceTimersByTime(4_999);
    vi.advanceTimersByTime(1);
    const error = await call;
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'timeout', timeoutMs: 5_000 });
    expect(error.message).toBe('GET /stats/chat took longer than 5000 ms.');
  });

  it('of a call overrides that of the client', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const call = errorOf(client.stats.chat({ timeoutMs: 250 }));
    while (server.requests.length === 0) await flushEvents(1);
    vi.advanceTimersByTime(250);
    expect(await call).toMatchObject({ code: 'timeout', timeoutMs: 250 });
  });

  it('may be infinite', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const timeoutMs = Number.POSITIVE_INFINITY;
    const client = new ChatClient({ baseUrl: server.url, token: 't', timeoutMs });
    const settled = vi.fn();

    void errorOf(client.stats.chat()).then(settled);
    while (server.requests.length === 0) await flushEvents(1);
    vi.advanceTimersByTime(1e10);
    await flushEvents();
    expect(settled).not.toHaveBeenCalled();
    await client.close();
  });
});

describe('close', () => {
  it('cancels all calls, in any phase, and rejects new ones', async () => {
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat' ? { status: 503, headers: { 'retry-after': '30' } } : 'hang',
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const calls = [client.chat.send('Hello'), client.stats.chat(), client.stats.messages()];
    const failures = Promise.all(calls.map(errorOf));
    while (server.requests.length < 3) await flushEvents(1);
    await flushEvents();
    await client.close();
    await client.close();
    for (const error of await failures) expect(error).toMatchObject({ code: 'client_closed' });
    await expect(client.stats.chat()).rejects.toMatchObject({ code: 'client_closed' });
    await expect(client.login()).rejects.toMatchObject({ code: 'client_closed' });
    await expect(client.logout()).rejects.toMatchObject({ code: 'client_closed' });
    expect(() => client.connect()).toThrow('The client is closed.');
  });

  it('runs at the end of an `await using` block', async () => {
    let outer: ChatClient;
    {
      await using client = new ChatClient({ baseUrl: 'http://localhost', token: 't' });
      outer = client;
    }
    await expect(outer.stats.chat()).rejects.toMatchObject({ code: 'client_closed' });
  });
});
