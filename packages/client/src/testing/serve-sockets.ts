import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ChatSocket } from '../socket/chat-socket.js';
import type { ScriptedServer } from './scripted-server.js';
import type { TinyBackend } from './tiny-backend.js';

const greeting = { role: 'system', content: 'Hi.', timestamp: '', event: 'connected' };

/** `/ws/chat` of a backend that supports only the core and sends a greeting. */
export function serveSockets(server: ScriptedServer, backend: TinyBackend): WebSocketServer {
  const sockets = new WebSocketServer({ server: server.http });
  onTestFinished(() => sockets.close());
  sockets.on('connection', (socket, { url = '' }) => {
    const token = new URL(url, server.url).searchParams.get('token') ?? '';
    if (!backend.valid.has(token)) socket.close(4401, 'The token is not valid.');
    else socket.send(JSON.stringify({ type: 'status', data: greeting }));
  });
  return sockets;
}

export async function opened(socket: ChatSocket): Promise<void> {
  if (socket.state === 'open') return;
  await new Promise<void>((resolve, reject) => {
    socket.on('state', ({ state, error }) => {
      if (state === 'open') resolve();
      if (state === 'closed') reject(error);
    });
  });
}
