// `ws` with JSON: the sender gets the frames of its message, every other socket gets the read receipt.
import { WebSocketServer } from 'ws';
import { serve } from '../../serve.mjs';
import { readReceiptFrame, responseFrames } from './frames.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'message') {
      for (const response of responseFrames(frame)) socket.send(JSON.stringify(response));
      return;
    }
    const text = JSON.stringify(readReceiptFrame(frame));
    for (const client of server.clients) if (client !== socket) client.send(text);
  });
});
server.on('listening', () => serve({ port: server.address().port }));
