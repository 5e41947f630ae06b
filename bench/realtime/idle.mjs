// The memory of an idle socket.
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { signToken } from '../token.mjs';
import { forkRealtime } from './fork-realtime.mjs';

/** Connections opened at the same time; more would fill the listen backlog. */
const maxConnecting = 100;

/** Bytes of resident memory that each of `count` idle sockets adds to a new server. */
export async function memoryPerSocket(name, count, secret) {
  const server = await forkRealtime(name, secret);
  const connect = name === 'socket-io' ? connectSocketIo : connectWebSocket;
  // The first sockets also pay for compiled code and pools.
  const sockets = [];
  const add = async (number) => {
    for (let done = 0; done < number; done += maxConnecting) {
      const batch = Array.from({ length: Math.min(maxConnecting, number - done) }, (_, i) =>
        connect(server.port, secret, sockets.length + i),
      );
      sockets.push(...(await Promise.all(batch)));
    }
  };
  await add(Math.min(200, count));
  const before = await server.rss();
  await add(count);
  const after = await server.rss();
  const alive = sockets.filter((socket) => socket.connected ?? socket.readyState === 1).length;
  if (alive !== sockets.length)
    throw new Error(`${sockets.length - alive} sockets of ${name} were closed.`);
  for (const socket of sockets) (socket.terminate ?? socket.disconnect).call(socket);
  await server.stop();
  return (after - before) / count;
}

async function connectWebSocket(port, secret, index) {
  const token = signToken(secret, `user-${index}`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat?token=${token}`, {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  return socket;
}

async function connectSocketIo(port) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return socket;
}
