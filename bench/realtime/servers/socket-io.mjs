// socket.io over WebSocket only, with the same frames; every other socket gets the read receipt.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from '../../serve.mjs';
import { readReceiptFrame, responseFrames } from './frames.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], pingInterval: 3_600_000 });
io.on('connection', (socket) => {
  socket.on('message', (frame) => {
    if (frame.type === 'read') socket.broadcast.emit('message', readReceiptFrame(frame));
    else for (const response of responseFrames(frame)) socket.emit('message', response);
  });
});
http.listen(0, '127.0.0.1', () => serve({ port: http.address().port }));
