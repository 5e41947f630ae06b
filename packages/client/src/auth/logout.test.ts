import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { type ReceivedRequest, ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents, skipWaits } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import type { StoredToken, TokenStore } from './token-stores.js';

const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('logout', () => {
  it('discards a token that arrives later, and fails the calls that waited for it', async () => {
    const backend = new TinyBackend();
    backend.valid.add('late').add('later');
    await using server = await ScriptedServer.start(backend.script);
    const resolvers: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => resolvers.push(resolve));
    let stored: StoredToken | undefined;
    const tokenStore: TokenStore = {
      get: () => stored,
      set: (token) => {
        stored = token;
      },
      clear: () => {
        stored = undefined;
      },
    };
    const client = new ChatClient({ baseUrl: server.url, getToken, tokenStore });

    const call = errorOf(client.stats.messages());
    await flushEvents();
    await client.logout();
    expect(await call).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    resolvers[0]?.('late');
    await flushEvents();
    expect(stored).toBeUndefined();

    const next = client.stats.messages();
    await flushEvents();
    resolvers[1]?.('later');
    await next;
    expect(server.requests.map(({ token }) => token)).toEqual(['later']);
  });

  it('is not undone by a call in progress', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      if (request.path === '/chat') {
        await released;
        return unauthorized;
      }
      return backend.script(request);
    });
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const call = errorOf(client.chat.send('Hello'));
    while (server.to('/chat').length === 0) await flushEvents(1);
    await client.logout();
    release();
    expect(await call).toMatchObject({ reason: 'logged_out' });
    expect(backend.logins).toBe(1);
  });

  it('is not undone by a call that waits for its next attempt', async () => {
    const { hooks } = skipWaits();
    const backend = new TinyBackend();
    let loggedOut: Promise<unknown> | undefined;
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat' ? { status: 503 } : backend.script(request),
    );
    const client = new ChatClient({
      baseUrl: server.url,
      credentials,
      hooks: {
        onRetry: (context) => {
          loggedOut = client.logout();
          return hooks.onRetry?.(context);
        },
      },
    });

    await expect(client.stats.chat()).rejects.toMatchObject({ reason: 'logged_out' });
    await loggedOut;
    expect(backend.logins).toBe(1);
  });

  it('succeeds when the token is already invalid', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await client.login();
    backend.valid.clear();
    await client.logout();
    await client.logout();
    expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/logout']);
  });

  it('forgets the token even if the backend is unreachable', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/logout' ? 'cut' : backend.script(request),
    );
    const client = new ChatClient({ baseUrl: server.url, credentials, retry: { limit: 0 } });

    await client.login();
    await expect(client.logout()).rejects.toMatchObject({ code: 'connection_failed' });
    await client.stats.messages();
    expect(server.to('/stats/messages').map(({ token }) => token)).toEqual(['token-2']);
  });

  it('allows a getToken that returns the old token until it is rejected', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    let cached = 0;
    const reasons: string[] = [];
    const getToken = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      if (reason === 'rejected' || cached === 0) cached += 1;
      backend.valid.add(`cached-${cached}`);
      return `cached-${cached}`;
    };
    const client = new ChatClient({ baseUrl: server.url, getToken });

    await client.stats.messages();
    await client.logout();
    const revoked = 'cached-1';
    const rejectRevoked = (request: ReceivedRequest) =>
      request.token === revoked ? unauthorized : backend.script(request);
    server.script(rejectRevoked);
    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(reasons).toEqual(['initial', 'initial', 'rejected']);
  });

  it('redacts a token that only the store contained', async () => {
    await using server = await ScriptedServer.start(({ token }) => ({
      status: 500,
      body: { detail: `The token ${token} is too much for me.` },
    }));
    const tokenStore = { get: () => ({ accessToken: 'opaque' }), set: () => {}, clear: () => {} };
    const client = new ChatClient({ baseUrl: server.url, tokenStore });

    const error = await errorOf(client.logout());
    expect(error.detail).toBe('The token [redacted] is too much for me.');
  });

  it('forgets the initial token too', async () => {
    const backend = new TinyBackend();
    backend.valid.add('begin');
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, token: 'begin' });

    await client.logout();
    await expect(client.stats.messages()).rejects.toMatchObject({ reason: 'none' });
  });
});
