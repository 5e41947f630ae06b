// Servers on which a WebSocket comes to no good end, and the state in which its client shows that it saw it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** By what they do to a dial. */
export const badServers = {
  'refuses the upgrade': { state: 'closed', dialled: (line) => refuse(line) },
  'never answers the upgrade': { state: 'waiting', dialled: () => {} },
  'answers no goodbye': { state: 'open', dialled: (line, key) => greet(line, key, 60_000) },
  'falls silent': { state: 'waiting', dialled: (line, key) => greet(line, key, 100) },
};

/** @param {keyof typeof badServers} how */
export async function openBadServer(how) {
  const lines = new Set();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(401, { 'Content-Type': 'application/json' });
    response.end('{"detail":"The token is wrong."}');
  });
  server.on('upgrade', (request, line) => {
    lines.add(line.on('error', () => {}));
    badServers[how].dialled(line, request.headers['sec-websocket-key']);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      for (const line of lines) line.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(line) {
  line.end('HTTP/1.1 401 Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Lets it in and says hello; then it is as if the network was gone. */
function greet(line, key, heartbeatMs) {
  // RFC 6455, 4.2.2.
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  head.push(`Sec-WebSocket-Accept: ${accept.digest('base64')}`, '', '');
  const timestamp = new Date().toISOString();
  const features = ['identity', 'ack', 'heartbeat'];
  const greeting = { role: 'system', content: 'Hello.', timestamp, event: 'connected' };
  const data = { ...greeting, features, heartbeatMs };
  const text = Buffer.from(JSON.stringify({ type: 'status', data }));
  line.pause();
  line.write(head.join('\r\n'));
  line.write(Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 255]), text]));
}
