// `@fastify/websocket` with JSON: for each message the frames that a chat sends.
import websocket from '@fastify/websocket';
import { fastify } from 'fastify';
import { serve } from '../../serve.mjs';
import { responseFrames } from './frames.mjs';

const app = fastify();
await app.register(websocket);
app.get('/ws/chat', { websocket: true }, (socket) => {
  socket.on('message', (data) => {
    for (const frame of responseFrames(JSON.parse(data))) socket.send(JSON.stringify(frame));
  });
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
