// Very many sockets that read very cheaply: what is measured is who sends to them.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
/** Dials that may be under way at once; more would fill the listen backlog. */
const dialling = 100;

/**
 * Counts the frames that come to `count` sockets.
 * @param {(index: number) => string} pathOf what each dials
 */
export async function openCrowd({ port, pathOf, count }) {
  const sockets = [];
  let left = 0;
  let done = () => {};
  const onFrame = () => {
    left -= 1;
    if (left === 0) done();
  };
  for (let from = 0; from < count; from += dialling) {
    const batch = Array.from({ length: Math.min(dialling, count - from) }, (_, i) =>
      dial({ port, path: pathOf(from + i), onFrame }),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return {
    /** Resolves when so many frames came, over all sockets. */
    expect: (frames) =>
      new Promise((resolve) => {
        left = frames;
        done = resolve;
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function dial({ port, path, onFrame }) {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  await new Promise((resolve, reject) => {
    let isOpen = false;
    socket.on('data', (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      if (!isOpen) {
        const end = rest.indexOf(headEnd);
        if (end === -1) return;
        isOpen = true;
        rest = rest.subarray(end + headEnd.length);
        resolve();
      }
      rest = eachFrame(rest, onFrame);
    });
    socket.on('close', () => reject(new Error('The server closed a socket.')));
  });
  return socket;
}

/** Calls back for each whole frame (RFC 6455, 5.2: unmasked, and not larger than 64 KiB) and gives what is left. */
function eachFrame(bytes, onFrame) {
  let at = 0;
  while (bytes.length - at >= 4) {
    const short = bytes[at + 1] & 0x7f;
    const length = short === 126 ? 4 + bytes.readUInt16BE(at + 2) : 2 + short;
    if (bytes.length - at < length) break;
    at += length;
    onFrame();
  }
  return bytes.subarray(at);
}
