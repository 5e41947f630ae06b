// A worker that sends frames over one socket, as fast as the server reads, until the socket is closed.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import WebSocket from 'ws';

/** Sent one after the other, again and again. */
const { url, frames } = workerData;
const maxSent = 200_000;

const socket = new WebSocket(url);
socket.on('error', () => {});
socket.on('message', () => {});
let isClosed = false;
socket.on('close', (code) => {
  isClosed = true;
  parentPort.postMessage(code);
});
await once(socket, 'open');
for (let sent = 0; !isClosed && sent < maxSent; sent += 1) {
  socket.send(frames[sent % frames.length]);
  if (sent % 50 === 0) await new Promise(setImmediate);
  while (socket.bufferedAmount > 1_000_000 && !isClosed) await new Promise(setImmediate);
}
