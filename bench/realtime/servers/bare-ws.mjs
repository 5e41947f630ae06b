// `ws` with JSON: for each message the frames that a chat sends.
import { WebSocketServer } from 'ws';
import { serve } from '../../serve.mjs';
import { responseFrames } from './frames.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const frame of responseFrames(JSON.parse(data))) socket.send(JSON.stringify(frame));
  });
});
server.on('listening', () => serve({ port: server.address().port }));
