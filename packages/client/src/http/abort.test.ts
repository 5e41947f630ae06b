import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import type { ChatClientOptions } from '../options.js';
import { type Script, ScriptedServer } from '../testing/scripted-server.js';
import { turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

interface Phase {
  readonly options?: Partial<ChatClientOptions>;
  readonly script: Script;
  /** What has happened when the phase is reached. */
  readonly reached: (server: ScriptedServer) => boolean;
}

const phases: Record<string, Phase> = {
  'while it waits for the login': {
    script: () => 'hang',
    reached: (server) => server.to('/login').length === 1,
  },
  'while it waits for a token of the application': {
    options: { credentials: undefined, getToken: () => new Promise<string>(() => {}) },
    script: () => 'hang',
    reached: () => true,
  },
  'while it waits for the answer': {
    script: (request) => (request.path === '/login' ? new TinyBackend().script(request) : 'hang'),
    reached: (server) => server.to('/chat').length === 1,
  },
  'while the body of the answer comes': {
    script: (request) =>
      request.path === '/login'
        ? new TinyBackend().script(request)
        : { headers: { 'content-length': '1000' }, body: '{' },
    reached: (server) => server.to('/chat').length === 1,
  },
  'while a refused token is renewed': {
    options: { token: 'expired' },
    script: (request) => (request.path === '/login' ? 'hang' : { status: 401 }),
    reached: (server) => server.to('/login').length === 1,
  },
  'while it waits before the next try': {
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
  'while the hook onRequest takes its time': {
    options: { hooks: { onRequest: () => new Promise<void>(() => {}) }, token: 't' },
    script: () => 'hang',
    reached: () => true,
  },
  'while a fetch that ignores signals is under way': {
    options: { fetch: () => new Promise(() => {}) },
    script: () => 'hang',
    reached: () => true,
  },
};

describe('an abort', () => {
  it.each(Object.entries(phases))('%s ends the call at once', async (_, phase) => {
    await using server = await ScriptedServer.start(phase.script);
    const client = new ChatClient({ baseUrl: server.url, credentials, ...phase.options });
    const controller = new AbortController();
    const reason = new Error('The page was left.');

    const call = failure(client.chat.send('Hello', { signal: controller.signal }));
    while (!phase.reached(server)) await turns(1);
    await turns();
    controller.abort(reason);
    expect(await call).toMatchObject({ name: 'AbortError', code: 'aborted', cause: reason });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('before the call sends nothing', async () => {
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const signal = AbortSignal.abort();

    expect(await failure(client.chat.send('Hello', { signal }))).toMatchObject({ code: 'aborted' });
    expect(await failure(client.login({ signal }))).toMatchObject({ code: 'aborted' });
    expect(server.requests).toHaveLength(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('tells the backend, by closing the line', async () => {
    const gone = vi.fn();
    const fetch: typeof globalThis.fetch = (url, init) => {
      init?.signal?.addEventListener('abort', gone);
      return globalThis.fetch(url, init);
    };
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't', fetch });
    const controller = new AbortController();

    const call = failure(client.stats.chat({ signal: controller.signal }));
    while (server.requests.length === 0) await turns(1);
    controller.abort();
    await call;
    expect(gone).toHaveBeenCalledTimes(1);
  });

  it('leaves one call alone that shares the signal with a finished one', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const { signal } = new AbortController();

    for (let nth = 0; nth < 30; nth += 1) await client.stats.messages({ signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('a time limit', () => {
  function fakeTimers() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
  }

  it('of the client ends a call that is not answered', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't', timeoutMs: 5_000 });

    const call = failure(client.stats.chat());
    while (server.requests.length === 0) await turns(1);
    vi.advanceTimersByTime(4_999);
    vi.advanceTimersByTime(1);
    const error = await call;
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'timeout', timeoutMs: 5_000 });
    expect(error.message).toBe('GET /stats/chat took longer than 5000 ms.');
  });

  it('of a call stands above that of the client', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const call = failure(client.stats.chat({ timeoutMs: 250 }));
    while (server.requests.length === 0) await turns(1);
    vi.advanceTimersByTime(250);
    expect(await call).toMatchObject({ code: 'timeout', timeoutMs: 250 });
  });

  it('may be none', async () => {
    fakeTimers();
    await using server = await ScriptedServer.start(() => 'hang');
    const timeoutMs = Number.POSITIVE_INFINITY;
    const client = new ChatClient({ baseUrl: server.url, token: 't', timeoutMs });
    const settled = vi.fn();

    void failure(client.stats.chat()).then(settled);
    while (server.requests.length === 0) await turns(1);
    vi.advanceTimersByTime(1e10);
    await turns();
    expect(settled).not.toHaveBeenCalled();
    await client.close();
  });
});

describe('close', () => {
  it('ends every call, in whatever phase it is, and all to come', async () => {
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat' ? { status: 503, headers: { 'retry-after': '30' } } : 'hang',
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const calls = [client.chat.send('Hello'), client.stats.chat(), client.stats.messages()];
    const failures = Promise.all(calls.map(failure));
    while (server.requests.length < 3) await turns(1);
    await turns();
    await client.close();
    await client.close();
    for (const error of await failures) expect(error).toMatchObject({ code: 'client_closed' });
    expect(await failure(client.stats.chat())).toMatchObject({ code: 'client_closed' });
    expect(await failure(client.login())).toMatchObject({ code: 'client_closed' });
    expect(await failure(client.logout())).toMatchObject({ code: 'client_closed' });
    expect(() => client.connect()).toThrow('The client is closed.');
  });

  it('happens at the end of an `await using` block', async () => {
    let kept: ChatClient;
    {
      await using client = new ChatClient({ baseUrl: 'http://localhost', token: 't' });
      kept = client;
    }
    expect(await failure(kept.stats.chat())).toMatchObject({ code: 'client_closed' });
  });
});
