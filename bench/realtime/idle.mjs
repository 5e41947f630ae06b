// What a socket costs a server while nobody says anything.
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { signToken } from '../token.mjs';
import { forkRealtime } from './servers.mjs';

/** Dials that may be under way at once; more would fill the listen backlog. */
const dialling = 100;

/** Bytes of resident memory that each of `count` idle sockets adds to a server, which is a new one each time. */
export async function memoryPerSocket(name, count, secret) {
  const server = await forkRealtime(name, secret);
  const dial = name === 'socket-io' ? dialSocketIo : dialWebSocket;
  // The first few pay for what is made once: compiled code, pools.
  const sockets = [];
  const add = async (number) => {
    for (let done = 0; done < number; done += dialling) {
      const batch = Array.from({ length: Math.min(dialling, number - done) }, (_, i) =>
        dial(server.port, secret, sockets.length + i),
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
    throw new Error(`${sockets.length - alive} of ${name}'s sockets ended.`);
  for (const socket of sockets) (socket.terminate ?? socket.disconnect).call(socket);
  await server.stop();
  return (after - before) / count;
}

async function dialWebSocket(port, secret, index) {
  const token = signToken(secret, `user-${index}`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat?token=${token}`, {
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  return socket;
}

async function dialSocketIo(port) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return socket;
}
