import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ChatClient } from './client.js';
import type { SocketStateChange } from './socket/state-change.js';
import { ScriptedServer } from './testing/scripted-server.js';
import { credentials, TinyBackend } from './testing/tiny-backend.js';

/** HTTP and WebSocket on one port, with a list of their events. */
async function start() {
  const backend = new TinyBackend();
  const events: string[] = [];
  const server = await ScriptedServer.start((request) => {
    events.push(request.path);
    return backend.script(request);
  });
  const sockets = new WebSocketServer({ server: server.http });
  sockets.on('connection', (socket: WebSocket, request) => {
    events.push(`open ${request.url}`);
    socket.on('close', () => events.push('closed'));
  });
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await server[Symbol.asyncDispose]();
  });
  return { backend, server, sockets, events };
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
    const { backend, server, events } = await start();
    const client = new ChatClient({ baseUrl: `${server.url}/prefix`, credentials });

    const socket = client.connect();
    await Promise.all([opened(socket), client.stats.messages()]);
    expect(backend.logins).toBe(1);
    const request = events.find((event) => event.startsWith('open'));
    expect(request).toMatch(/^open \/prefix\/ws\/chat\?token=token-1/);
    await client.close();
    expect(socket.state).toBe('closed');
  });

  it('checks its token once when a connection is rejected, whatever the retry limit', async () => {
    const paths: string[] = [];
    const busy = await ScriptedServer.start(({ path }) => {
      paths.push(path);
      return { status: 503, body: { detail: 'Busy.' } };
    });
    onTestFinished(() => busy[Symbol.asyncDispose]());
    busy.http.on('upgrade', (_request, tcpSocket) => tcpSocket.destroy());
    await using client = new ChatClient({ baseUrl: busy.url, token: 'token-1' });
    const socket = client.connect();
    const change = await new Promise<SocketStateChange>((resolve) => {
      socket.on('state', (to) => to.state === 'waiting' && resolve(to));
    });
    expect(change.error).toMatchObject({ code: 'server_error', status: 503 });
    expect(paths).toEqual(['/stats/messages']);
  });

  it('reports where it could not connect, and why', async () => {
    const { server } = await start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await using client = new ChatClient({ baseUrl: url, token: 't', retry: { limit: 0 } });
    const socket = client.connect();
    const { error } = await new Promise<SocketStateChange>((resolve) => {
      socket.on('state', (change) => {
        if (change.state === 'waiting') resolve(change);
      });
    });
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(String(error)).toContain(`${url} (ECONNREFUSED)`);
  });

  it('reports why the backend closed it', async () => {
    const { server, sockets } = await start();
    sockets.on('connection', (peer) => peer.close(4403, 'Pages of this origin may not connect.'));
    await using client = new ChatClient({ baseUrl: server.url, token: 't' });
    await expect(client.connect().send('Hi')).rejects.toMatchObject({
      cause: {
        message:
          'The backend closed the socket permanently with 4403: Pages of this origin may not connect.',
      },
    });
  });

  it('is closed before a logout invalidates the token', async () => {
    const { server, sockets, events } = await start();
    const client = new ChatClient({ baseUrl: server.url, credentials });
    const socket = client.connect();
    await opened(socket);
    const [peer] = sockets.clients;

    const disconnected = once(peer as WebSocket, 'close');
    const loggedOut = client.logout();
    expect(socket.state).toBe('closed');
    await Promise.all([disconnected, loggedOut]);
    expect(events.filter((event) => event.startsWith('open'))).toHaveLength(1);
    expect(events).toContain('/logout');
  });

  it('does not connect when the client is logged out while it waits for the token', async () => {
    const { server, events } = await start();
    let returnToken = (_: string) => {};
    const getToken = () =>
      new Promise<string>((resolve) => {
        returnToken = resolve;
      });
    const client = new ChatClient({ baseUrl: server.url, getToken });

    const socket = client.connect();
    await client.logout();
    returnToken('late');
    await new Promise(setImmediate);
    expect(socket.state).toBe('closed');
    expect(events).toEqual([]);
  });
});
