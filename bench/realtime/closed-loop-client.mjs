// Closed-loop clients: each sends the next message when a reply arrives.
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { signToken } from '../token.mjs';

/** Messages of one client that are in flight. */
const maxInFlight = 8;
const content = 'Which tram goes to the harbour, and when does the next one leave? '.repeat(2);

export async function connectWebSocket(port, { secret, user }) {
  const url = `ws://127.0.0.1:${port}/ws/chat?token=${signToken(secret, user)}`;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let onFrame = () => {};
  socket.on('message', (data) => onFrame(JSON.parse(data)));
  await once(socket, 'open');
  return closedLoopClient({
    send: (frame) => socket.send(JSON.stringify(frame)),
    listen: (listener) => {
      onFrame = listener;
    },
    close: () => socket.terminate(),
  });
}

export async function connectSocketIo(port) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  await new Promise((resolve) => socket.on('connect', resolve));
  return closedLoopClient({
    send: (frame) => socket.emit('message', frame),
    listen: (listener) => {
      socket.off('message');
      socket.on('message', listener);
    },
    close: () => socket.disconnect(),
  });
}

/**
 * `runMessages` sends this number of messages and waits for their replies, `ask` sends one and resolves with the id of
 * its reply, `send` sends any frame.
 */
function closedLoopClient({ send, listen, close }) {
  return {
    send,
    close,
    runMessages: (messages) => runMessages(messages, send, listen),
    async ask() {
      let id;
      await runMessages(1, send, (listener) =>
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

function runMessages(messages, send, listen) {
  return new Promise((resolve) => {
    let sent = 0;
    let replies = 0;
    const next = () => {
      sent += 1;
      ids += 1;
      send({ type: 'message', content, id: `bench-${ids}` });
    };
    listen(({ type, data }) => {
      if (type !== 'message' || data.role !== 'assistant') return;
      replies += 1;
      if (replies === messages) resolve();
      else if (sent < messages) next();
    });
    for (let i = 0; i < Math.min(maxInFlight, messages); i += 1) next();
  });
}
