// socket.io, WebSocket only, for the same frames.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from '../../serve.mjs';
import { answers } from './answers.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], pingInterval: 3_600_000 });
io.on('connection', (socket) => {
  socket.on('message', (message) => {
    for (const frame of answers(message)) socket.emit('message', frame);
  });
});
http.listen(0, '127.0.0.1', () => serve({ port: http.address().port }));
