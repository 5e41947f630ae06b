// Sends 100 MB of invalid frames over one socket. A separate process, so that the test measures only the server's
// memory. argv: port, token.
import { once } from 'node:events';
import { WebSocket } from 'ws';

const [port, token] = process.argv.slice(2);
const total = 100_000_000;
const report = 10_000_000;
/** The server closes after twenty consecutive invalid frames, so one in ten is valid: a read receipt for an unknown id. */
const valid = JSON.stringify({ type: 'read', id: 'nothing' });
const invalid = [
  `{"type":"message","content":"${'x'.repeat(90_000)}"}`,
  '['.repeat(90_000),
  'x'.repeat(90_000),
];

const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat?token=${token}`);
socket.on('message', () => {});
await once(socket, 'open');
process.send({ sent: 0 });
await once(process, 'message');

let sent = 0;
let reported = 0;
for (let n = 0; sent < total; n += 1) {
  const frame = n % 10 === 9 ? valid : invalid[n % invalid.length];
  await new Promise((resolve, reject) => {
    socket.send(frame, (error) => (error ? reject(error) : resolve()));
  });
  sent += frame.length;
  if (sent - reported < report) continue;
  reported = sent;
  process.send({ sent });
}
socket.close();
await once(socket, 'close');
process.send({ sent }, () => process.disconnect());
