import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { ScriptedServer, type SeenRequest } from '../testing/scripted-server.js';
import { skipWaits, turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';
import type { StoredToken, TokenStore } from './token-store.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('logout', () => {
  it('throws away a token that arrives later, and ends the calls that waited for it', async () => {
    const backend = new TinyBackend();
    backend.valid.add('late').add('later');
    await using server = await ScriptedServer.start(backend.script);
    const answers: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => answers.push(resolve));
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

    const call = failure(client.stats.messages());
    await turns();
    await client.logout();
    expect(await call).toMatchObject({ code: 'token_unavailable', reason: 'logged_out' });
    answers[0]?.('late');
    await turns();
    expect(stored).toBeUndefined();

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

  it('leaves the way free for a getToken that hands the old token out again until it is refused', async () => {
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
    const refusing = (request: SeenRequest) =>
      request.token === revoked ? unauthorized : backend.script(request);
    server.script(refusing);
    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(reasons).toEqual(['initial', 'initial', 'rejected']);
  });

  it('keeps a token that only the store knew out of what the backend says of it', async () => {
    await using server = await ScriptedServer.start(({ token }) => ({
      status: 500,
      body: { detail: `The token ${token} is too much for me.` },
    }));
    const tokenStore = { get: () => ({ accessToken: 'opaque' }), set: () => {}, clear: () => {} };
    const client = new ChatClient({ baseUrl: server.url, tokenStore });

    const error = await failure(client.logout());
    expect(error.detail).toBe('The token [redacted] is too much for me.');
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
