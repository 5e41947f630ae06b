import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import type { SocketStateChange } from '../socket/state-change.js';
import { ScriptedWebSocket } from '../socket/testing/scripted-web-socket.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('an expired token', () => {
  it('is refreshed once for 100 parallel calls, and each gets its response', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, n) => client.chat.send(`Message ${n}`)),
    );
    expect(replies.map(({ response }) => response)).toEqual(
      Array.from({ length: 100 }, (_, n) => `You said Message ${n}`),
    );
    expect(backend.logins).toBe(1);
  });

  it('is refreshed without a retry', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const retry = { limit: 0 };
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired', retry });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.to('/stats/messages')).toHaveLength(2);
  });

  it('causes an AuthenticationError when the new token is rejected as well', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? backend.script(request) : unauthorized,
    );
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const error = await errorOf(client.chat.send('Hello'));
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, attempts: 1 });
    expect(server.to('/chat').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(backend.logins).toBe(2);
  });

  it('causes an AuthenticationError when it cannot be refreshed', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, token: 'expired' });

    const error = await errorOf(client.chat.send('Hello'));
    expect(error).toMatchObject({
      code: 'authentication_failed',
      detail: 'The token is not valid.',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('closes the socket with a clear error when it cannot be refreshed', async () => {
    const sockets: ScriptedWebSocket[] = [];
    class WebSocket extends ScriptedWebSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', token: 'expired', WebSocket });
    const socket = client.connect();
    const closed = new Promise<SocketStateChange>((resolve) => {
      socket.on('state', (change) => change.state === 'closed' && resolve(change));
    });

    while (sockets.length === 0) await flushEvents(1);
    sockets[0]?.open();
    sockets[0]?.drop(4401, 'expired');
    expect((await closed).error).toMatchObject({
      code: 'token_unavailable',
      reason: 'none',
      message:
        'The backend rejected the token: call login({ username, password }), set credentials or getToken.',
    });
  });

  it('is not refreshed again after a late 401', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const response = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await released;
      return response;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const slow = client.chat.send('Slow');
    await client.stats.messages();
    release();
    expect((await slow).response).toBe('You said Slow');
    expect(backend.logins).toBe(1);
  });

  it('is not refreshed again after a late 401, also when the token store is empty', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const response = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await released;
      return response;
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

  it('is not refreshed again for calls that were sent before the refresh failed', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let loginFails = true;
    await using server = await ScriptedServer.start(async (request) => {
      if (request.path === '/login' && loginFails) return unauthorized;
      if (request.path === '/chat' && request.token === 'expired') await released;
      return backend.script(request);
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const slow = errorOf(client.chat.send('Slow'));
    await expect(client.stats.messages()).rejects.toMatchObject({ status: 401 });
    release();
    expect(await slow).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(server.to('/login')).toHaveLength(1);

    // For a call that starts later, the credentials may be valid again.
    loginFails = false;
    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.to('/login')).toHaveLength(2);
  });
});
