// `ws` with JSON and nothing else: for each message the frames that a chat answers it with.
import { WebSocketServer } from 'ws';
import { serve } from '../../serve.mjs';
import { answers } from './answers.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const frame of answers(JSON.parse(data))) socket.send(JSON.stringify(frame));
  });
});
server.on('listening', () => serve({ port: server.address().port }));
