// `node:http` that streams the same events as our server, without anything else.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { serve } from '../../serve.mjs';
import { chunks } from '../chunks.mjs';

const id = '01a204db-bddd-7d30-b845-091657d186d5';

const server = createServer(async (request, response) => {
  const { message } = await json(request);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let offset = 0;
  for await (const content of chunks(Number(message))) {
    response.write(`event: delta\ndata: ${JSON.stringify({ id, offset, content })}\n\n`);
    offset += content.length;
  }
  response.end(`event: message\ndata: ${JSON.stringify({ id, length: offset })}\n\n`);
});
// A connection has no calls while the other server is measured.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => serve({ port: server.address().port }));
