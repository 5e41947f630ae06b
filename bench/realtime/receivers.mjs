// Clients that receive: our socket, and a minimal client of `ws`.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ChatClient } from '../../packages/client/dist/index.js';
import { signToken } from '../token.mjs';
import { countdown } from './countdown.mjs';

export async function bareReceiver(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, { perMessageDeflate: false });
  const { next, expect } = countdown();
  socket.on('message', (data) => {
    if (JSON.parse(data).type === 'message') next();
  });
  await once(socket, 'open');
  return {
    receive(count) {
      socket.send(JSON.stringify({ type: 'message', content: String(count), id: 'bare' }));
      return expect(count);
    },
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
  const { next, expect } = countdown();
  socket.on('message', next);
  await new Promise((resolve) => {
    socket.on('state', ({ state }) => state === 'open' && resolve());
  });
  return {
    async receive(count) {
      await Promise.all([expect(count), socket.send(String(count))]);
    },
    close: () => client.close(),
  };
}
