// Sockets that talk: each sends a message, waits for the reply to its last, and sends the next.
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { signToken } from '../token.mjs';

/** What one talker has under way at once. */
const underWay = 8;
const content = 'Which tram goes to the harbour, and when does the next one leave? '.repeat(2);

export async function dialWebSocket(port, { secret, user }) {
  const url = `ws://127.0.0.1:${port}/ws/chat?token=${signToken(secret, user)}`;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let onFrame = () => {};
  socket.on('message', (data) => onFrame(JSON.parse(data)));
  await once(socket, 'open');
  return talker({
    send: (frame) => socket.send(JSON.stringify(frame)),
    listen: (listener) => {
      onFrame = listener;
    },
    close: () => socket.terminate(),
  });
}

export async function dialSocketIo(port) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise((resolve) => socket.on('connect', resolve));
  return talker({
    send: (frame) => socket.emit('message', frame),
    listen: (listener) => {
      socket.off('message');
      socket.on('message', listener);
    },
    close: () => socket.disconnect(),
  });
}

/**
 * `talk` says and hears so many messages, `ask` says one and gives the id of its reply, `send` sends any frame.
 */
function talker({ send, listen, close }) {
  return {
    send,
    close,
    talk: (messages) => talk(messages, send, listen),
    async ask() {
      let id;
      await talk(1, send, (listener) =>
        listen((frame) => {
          id = frame.data.id;
          listener(frame);
        }),
      );
      return id;
    },
  };
}

let ids = 0;

function talk(messages, send, listen) {
  return new Promise((resolve) => {
    let sent = 0;
    let answered = 0;
    const next = () => {
      sent += 1;
      ids += 1;
      send({ type: 'message', content, id: `bench-${ids}` });
    };
    listen(({ type, data }) => {
      if (type !== 'message' || data.role !== 'assistant') return;
      answered += 1;
      if (answered === messages) resolve();
      else if (sent < messages) next();
    });
    for (let i = 0; i < Math.min(underWay, messages); i += 1) next();
  });
}
