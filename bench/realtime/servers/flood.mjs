// Sends a client the requested number of frames as fast as possible, so that the client is measured.
import { WebSocketServer } from 'ws';
import { serve } from '../../serve.mjs';

const timestamp = new Date().toISOString();
const greeting = {
  type: 'status',
  data: {
    role: 'system',
    event: 'connected',
    content: 'Connected.',
    timestamp,
    features: ['identity', 'ack'],
  },
};
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
let next = 0;
server.on('connection', (socket) => {
  socket.send(JSON.stringify(greeting));
  socket.on('message', (data) => {
    const { content, id } = JSON.parse(data);
    const count = Number(content);
    for (let i = 0; i < count; i += 1) {
      next += 1;
      const message = {
        role: 'assistant',
        content: `Message ${next}`,
        timestamp,
        id: `m${next}`,
        sessionId: 's',
        status: 'sent',
      };
      const acknowledged = i === 0 ? { ...message, role: 'user', content, clientId: id } : message;
      socket.send(JSON.stringify({ type: 'message', data: acknowledged }));
    }
  });
});
server.on('listening', () => serve({ port: server.address().port }));
