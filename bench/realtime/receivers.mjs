// Clients that receive: our socket, and a minimal client of `ws`.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ChatClient } from '../../packages/client/dist/index.js';
import { signToken } from '../token.mjs';

export async function bareReceiver(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, { perMessageDeflate: false });
  let left = 0;
  let done = () => {};
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type !== 'message') return;
    left -= 1;
    if (left === 0) done();
  });
  await once(socket, 'open');
  return {
    receive: (count) =>
      new Promise((resolve) => {
        left = count;
        done = resolve;
        socket.send(JSON.stringify({ type: 'message', content: String(count), id: 'bare' }));
      }),
    close: () => socket.terminate(),
  };
}

export async function ourReceiver(port, secret) {
  const client = new ChatClient({
    baseUrl: `http://127.0.0.1:${port}`,
    token: signToken(secret, 'ada'),
    WebSocket,
  });
  const socket = client.connect();
  let left = 0;
  let done = () => {};
  socket.on('message', () => {
    left -= 1;
    if (left === 0) done();
  });
  await new Promise((resolve) => {
    socket.on('state', ({ state }) => state === 'open' && resolve());
  });
  return {
    receive: (count) =>
      new Promise((resolve, reject) => {
        left = count;
        done = resolve;
        socket.send(String(count)).catch(reject);
      }),
    close: () => client.close(),
  };
}
