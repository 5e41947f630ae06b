import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import type { StateChange } from '../socket/events.js';
import { ScriptedWebSocket } from '../socket/testing/scripted-web-socket.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('an expired token', () => {
  it('is renewed once for 100 parallel calls, and each has its answer', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => client.chat.send(`Message ${n}`)),
    );
    expect(answers.map(({ response }) => response)).toEqual(
      Array.from({ length: 100 }, (_, n) => `You said Message ${n}`),
    );
    expect(backend.logins).toBe(1);
  });

  it('is renewed without a retry being spent', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const retry = { limit: 0 };
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired', retry });

    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.to('/stats/messages')).toHaveLength(2);
  });

  it('ends in an AuthenticationError when the new token is refused as well', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path === '/login' ? backend.script(request) : unauthorized,
    );
    const client = new ChatClient({ baseUrl: server.url, credentials });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toMatchObject({ code: 'authentication_failed', status: 401, attempts: 1 });
    expect(server.to('/chat').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(backend.logins).toBe(2);
  });

  it('is an AuthenticationError when there is nothing to renew it with', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, token: 'expired' });

    const error = await failure(client.chat.send('Hello'));
    expect(error).toMatchObject({
      code: 'authentication_failed',
      detail: 'The token is not valid.',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('closes a socket with an error that says so when there is nothing to renew it with', async () => {
    const dials: ScriptedWebSocket[] = [];
    class WebSocket extends ScriptedWebSocket {
      constructor(url: string) {
        super(url);
        dials.push(this);
      }
    }
    const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', token: 'expired', WebSocket });
    const socket = client.connect();
    const closed = new Promise<StateChange>((resolve) => {
      socket.on('state', (change) => change.state === 'closed' && resolve(change));
    });

    while (dials.length === 0) await turns(1);
    dials[0]?.open();
    dials[0]?.drop(4401, 'expired');
    expect((await closed).error).toMatchObject({
      code: 'token_unavailable',
      reason: 'none',
      message:
        'The token was refused and there is nothing to renew it with: give the client credentials or getToken.',
    });
  });

  it('is not renewed again by an answer that comes late', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const answer = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await held;
      return answer;
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const slow = client.chat.send('Slow');
    await client.stats.messages();
    release();
    expect((await slow).response).toBe('You said Slow');
    expect(backend.logins).toBe(1);
  });

  it('is not renewed again by a late answer, also when the token store keeps nothing', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using server = await ScriptedServer.start(async (request) => {
      const answer = backend.script(request);
      if (request.path === '/chat' && request.token === 'expired') await held;
      return answer;
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

  it('is not asked about again by calls that left before its renewal was refused', async () => {
    const backend = new TinyBackend();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let changed = true;
    await using server = await ScriptedServer.start(async (request) => {
      if (request.path === '/login' && changed) return unauthorized;
      if (request.path === '/chat' && request.token === 'expired') await held;
      return backend.script(request);
    });
    const client = new ChatClient({ baseUrl: server.url, credentials, token: 'expired' });

    const slow = failure(client.chat.send('Slow'));
    expect(await failure(client.stats.messages())).toMatchObject({ status: 401 });
    release();
    expect(await slow).toMatchObject({ code: 'authentication_failed', status: 401 });
    expect(server.to('/login')).toHaveLength(1);

    // A call that begins after that may find the credentials mended.
    changed = false;
    expect((await client.stats.messages()).totalMessages).toBe(2);
    expect(server.to('/login')).toHaveLength(2);
  });
});
