// Many sockets that read at little cost, so that the sender is measured.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { signToken } from '../token.mjs';
import { countdown } from './countdown.mjs';

const headEnd = Buffer.from('\r\n\r\n');
/** Connections opened at the same time; more would fill the listen backlog. */
const maxConnecting = 100;

/** The protocol of socket.io: the server sends its settings, the client asks for a namespace, the server confirms. */
const socketIoHandshake = {
  pathOf: () => '/socket.io/?EIO=4&transport=websocket',
  hello: { text: '40', responses: 2 },
};

/** How sockets open at one of the programs in servers/. `userOf` is the user of each socket. */
export function handshakeOf(name, secret, userOf) {
  if (name === 'socket-io') return socketIoHandshake;
  return { pathOf: (index) => `/ws/chat?token=${signToken(secret, userOf(index))}` };
}

/**
 * Counts the frames that come to `count` sockets.
 * @param {object} options
 * @param {(index: number) => string} options.pathOf the path that each socket requests
 * @param {{ text: string, responses: number }} [options.hello] the first frame of each socket, and the number of frames
 *   that complete its handshake
 */
export async function openConnections({ port, pathOf, hello, count }) {
  const sockets = [];
  const { next: onFrame, expect } = countdown();
  for (let from = 0; from < count; from += maxConnecting) {
    const batch = Array.from({ length: Math.min(maxConnecting, count - from) }, (_, i) =>
      openConnection({ port, path: pathOf(from + i), hello, onFrame }),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return {
    /** Resolves after this number of frames, over all sockets. */
    expect,
    assertOpen() {
      const closed = sockets.filter(({ destroyed }) => destroyed).length;
      if (closed > 0) throw new Error(`The server closed ${closed} sockets.`);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function openConnection({ port, path, hello, onFrame }) {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  await new Promise((resolve, reject) => {
    let isOpen = false;
    let handshakeFrames = hello?.responses ?? 0;
    const take = () => {
      if (handshakeFrames === 0) return onFrame();
      handshakeFrames -= 1;
      if (handshakeFrames === 0) resolve();
    };
    socket.on('data', (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      if (!isOpen) {
        const end = rest.indexOf(headEnd);
        if (end === -1) return;
        isOpen = true;
        rest = rest.subarray(end + headEnd.length);
        if (hello === undefined) resolve();
        else socket.write(textFrame(hello.text));
      }
      rest = eachFrame(rest, take);
    });
    socket.on('close', () => reject(new Error('The server closed a socket.')));
  });
  return socket;
}

/** Calls `onFrame` for each complete frame (RFC 6455, 5.2: unmasked, up to 64 KiB) and returns the remaining bytes. */
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

/** A short text frame of a client (RFC 6455, 5.2), masked with zeros. */
function textFrame(text) {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
