import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ChatClient } from './client.js';
import type { StateChange } from './socket/events.js';
import { ScriptedServer } from './testing/scripted-server.js';
import { credentials, TinyBackend } from './testing/tiny-backend.js';

/** HTTP and WebSocket on one port, and in one list what happened. */
async function start() {
  const backend = new TinyBackend();
  const story: string[] = [];
  const server = await ScriptedServer.start((request) => {
    story.push(request.path);
    return backend.script(request);
  });
  const sockets = new WebSocketServer({ server: server.http });
  sockets.on('connection', (socket: WebSocket, request) => {
    story.push(`open ${request.url}`);
    socket.on('close', () => story.push('closed'));
  });
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await server[Symbol.asyncDispose]();
  });
  return { backend, server, sockets, story };
}

async function opened(socket: ReturnType<ChatClient['connect']>): Promise<void> {
  if (socket.state === 'open') return;
  await new Promise<void>((resolve) => {
    socket.on('state', ({ state }) => {
      if (state === 'open') resolve();
    });
  });
}

describe('a socket of the client', () => {
  it('shares the token of its calls and keeps the path prefix', async () => {
    const { backend, server, story } = await start();
    const client = new ChatClient({ baseUrl: `${server.url}/prefix`, credentials });

    const socket = client.connect();
    await Promise.all([opened(socket), client.stats.messages()]);
    expect(backend.logins).toBe(1);
    const dialled = story.find((line) => line.startsWith('open'));
    expect(dialled).toMatch(/^open \/prefix\/ws\/chat\?token=token-1/);
    await client.close();
    expect(socket.state).toBe('closed');
  });

  it('asks once whether its token is good when a dial is refused, however often calls are tried', async () => {
    const asked: string[] = [];
    const busy = await ScriptedServer.start(({ path }) => {
      asked.push(path);
      return { status: 503, body: { detail: 'Busy.' } };
    });
    onTestFinished(() => busy[Symbol.asyncDispose]());
    busy.http.on('upgrade', (_request, line) => line.destroy());
    await using client = new ChatClient({ baseUrl: busy.url, token: 'token-1' });
    const socket = client.connect();
    const change = await new Promise<StateChange>((resolve) => {
      socket.on('state', (to) => to.state === 'waiting' && resolve(to));
    });
    expect(change.error).toMatchObject({ code: 'server_error', status: 503 });
    expect(asked).toEqual(['/stats/messages']);
  });

  it('says where it dialled in vain, and why', async () => {
    const { server } = await start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await using client = new ChatClient({ baseUrl: url, token: 't', retry: { limit: 0 } });
    const socket = client.connect();
    const { error } = await new Promise<StateChange>((resolve) => {
      socket.on('state', (change) => {
        if (change.state === 'waiting') resolve(change);
      });
    });
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(String(error)).toContain(`${url} (ECONNREFUSED)`);
  });

  it('says why the backend wants no more of it', async () => {
    const { server, sockets } = await start();
    sockets.on('connection', (peer) => peer.close(4403, 'Pages of this origin may not connect.'));
    await using client = new ChatClient({ baseUrl: server.url, token: 't' });
    await expect(client.connect().send('Hi')).rejects.toMatchObject({
      cause: {
        message:
          'The backend closed the socket for good with 4403: Pages of this origin may not connect.',
      },
    });
  });

  it('is closed for good before a logout gives the token back', async () => {
    const { server, sockets, story } = await start();
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const socket = client.connect();
    await opened(socket);
    const [peer] = sockets.clients;

    const gone = once(peer as WebSocket, 'close');
    const loggedOut = client.logout();
    expect(socket.state).toBe('closed');
    await Promise.all([gone, loggedOut]);
    expect(story.filter((line) => line.startsWith('open'))).toHaveLength(1);
    expect(story).toContain('/logout');
  });

  it('dials nothing when the client is logged out while it waits for the token', async () => {
    const { server, story } = await start();
    let answer = (_: string) => {};
    const getToken = () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      });
    const client = new ChatClient({ baseUrl: server.url, getToken });

    const socket = client.connect();
    await client.logout();
    answer('late');
    await new Promise(setImmediate);
    expect(socket.state).toBe('closed');
    expect(story).toEqual([]);
  });
});
