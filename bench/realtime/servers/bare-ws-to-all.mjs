// `ws` with JSON: a message is answered to its sender, and that it was read is told to every other socket.
import { WebSocketServer } from 'ws';
import { serve } from '../../serve.mjs';
import { answers, readNotice } from './answers.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'message') {
      for (const answer of answers(frame)) socket.send(JSON.stringify(answer));
      return;
    }
    const text = JSON.stringify(readNotice(frame));
    for (const client of server.clients) if (client !== socket) client.send(text);
  });
});
server.on('listening', () => serve({ port: server.address().port }));
