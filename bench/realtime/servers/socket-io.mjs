// socket.io, WebSocket only, for the same frames; that a message was read is told to every other socket.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from '../../serve.mjs';
import { answers, readNotice } from './answers.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], pingInterval: 3_600_000 });
io.on('connection', (socket) => {
  socket.on('message', (frame) => {
    if (frame.type === 'read') socket.broadcast.emit('message', readNotice(frame));
    else for (const answer of answers(frame)) socket.emit('message', answer);
  });
});
http.listen(0, '127.0.0.1', () => serve({ port: http.address().port }));
