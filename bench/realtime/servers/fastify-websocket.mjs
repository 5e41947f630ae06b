// `@fastify/websocket` with a handler that does nothing: what an idle socket costs before there is a chat.
import websocket from '@fastify/websocket';
import { fastify } from 'fastify';
import { serve } from '../../serve.mjs';

const app = fastify();
await app.register(websocket);
app.get('/ws/chat', { websocket: true }, (socket) => {
  socket.on('message', () => {});
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
