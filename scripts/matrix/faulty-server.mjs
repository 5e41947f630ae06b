import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** What a server does with a WebSocket request, and the state in which the client has noticed it. */
export const faults = {
  'rejects the upgrade': { state: 'closed', onUpgrade: reject },
  'never responds to the upgrade': { state: 'waiting', onUpgrade: () => {} },
  'never confirms the close': { state: 'open', onUpgrade: (tcp, key) => accept(tcp, key, 60_000) },
  'stops sending': { state: 'waiting', onUpgrade: (tcp, key) => accept(tcp, key, 100) },
};

/** @param {keyof typeof faults} fault */
export async function startFaultyServer(fault) {
  const { state, onUpgrade } = faults[fault];
  const connections = new Set();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(401, { 'Content-Type': 'application/json' });
    response.end('{"detail":"The token is wrong."}');
  });
  server.on('upgrade', (request, tcp) => {
    connections.add(tcp.on('error', () => {}));
    onUpgrade(tcp, request.headers['sec-websocket-key']);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    env: { CHAT_FAULTY_SERVER: `http://127.0.0.1:${server.address().port}`, CHAT_STATE: state },
    async close() {
      for (const tcp of connections) tcp.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function reject(tcp) {
  tcp.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Accepts the WebSocket and sends the greeting. It reads and sends nothing afterwards. */
function accept(tcp, key, heartbeatMs) {
  // RFC 6455, 4.2.2.
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  head.push(`Sec-WebSocket-Accept: ${hash.digest('base64')}`, '', '');
  const greeting = {
    role: 'system',
    content: 'Hello.',
    timestamp: new Date().toISOString(),
    event: 'connected',
    features: ['identity', 'ack', 'heartbeat'],
    heartbeatMs,
  };
  const text = Buffer.from(JSON.stringify({ type: 'status', data: greeting }));
  tcp.pause();
  tcp.write(head.join('\r\n'));
  tcp.write(Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 255]), text]));
}
