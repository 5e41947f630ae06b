import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OpenAI-compatible API whose first reply is sent by the test. */
export async function startHeldModel() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    server.emit('reply', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const requested = once(server, 'reply').then(([response]) => response as ServerResponse);
  return { url: `http://127.0.0.1:${port}/v1`, requested, close: () => server.close() };
}

export const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
