// Very many sockets that read very cheaply: what is measured is who sends to them.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
/** Dials that may be under way at once; more would fill the listen backlog. */
const dialling = 100;

/** socket.io beneath its client: it says how it works, is asked for its namespace, and confirms that. */
export const socketIoDoor = {
  pathOf: () => '/socket.io/?EIO=4&transport=websocket',
  hello: { text: '40', answers: 2 },
};

/**
 * Counts the frames that come to `count` sockets.
 * @param {object} crowd
 * @param {(index: number) => string} crowd.pathOf what each dials
 * @param {{ text: string, answers: number }} [crowd.hello] what each says first, and how many frames come before it is in
 */
export async function openCrowd({ port, pathOf, hello, count }) {
  const sockets = [];
  let left = 0;
  let done = () => {};
  const onFrame = () => {
    left -= 1;
    if (left === 0) done();
  };
  for (let from = 0; from < count; from += dialling) {
    const batch = Array.from({ length: Math.min(dialling, count - from) }, (_, i) =>
      dial({ port, path: pathOf(from + i), hello, onFrame }),
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

async function dial({ port, path, hello, onFrame }) {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  let rest = Buffer.alloc(0);
  await new Promise((resolve, reject) => {
    let isOpen = false;
    let awaited = hello?.answers ?? 0;
    const take = () => {
      if (awaited === 0) return onFrame();
      awaited -= 1;
      if (awaited === 0) resolve();
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

/** A short text as a client sends it (RFC 6455, 5.2), masked with nothing. */
function textFrame(text) {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
