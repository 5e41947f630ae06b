// `ws` that sends the same frames as our server, without anything else.
import { WebSocketServer } from 'ws';
import { responseFrames } from '../../realtime/servers/frames.mjs';
import { serve } from '../../serve.mjs';
import { chunks } from '../chunks.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', async (data) => {
    const send = (frame) => socket.send(JSON.stringify(frame));
    const message = JSON.parse(data);
    const [question, typing, reply] = responseFrames(message);
    send(question);
    send(typing);
    const { id } = reply.data;
    let offset = 0;
    for await (const content of chunks(Number(message.content))) {
      const timestamp = new Date().toISOString();
      send({
        type: 'status',
        data: { role: 'assistant', event: 'delta', content, timestamp, id, offset },
      });
      offset += content.length;
    }
    send(reply);
  });
});
server.on('listening', () => serve({ port: server.address().port }));
