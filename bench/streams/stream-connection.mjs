// A minimal client of streamed replies, which takes little processor time from the server.
import { once } from 'node:events';
import { connect } from 'node:net';
import { requestOf } from '../http/load.mjs';

const responseEnd = '0\r\n\r\n';
const delta = 'event: delta';

/** A request for a reply of `chunks` chunks. */
export const streamRequest = (chunks, token) =>
  requestOf('POST', '/api/v1/chat', {
    headers: {
      accept: 'text/event-stream',
      prefer: 'return=minimal',
      authorization: `Bearer ${token}`,
    },
    body: { message: String(chunks) },
  });

/** One kept-alive connection, one stream at a time. */
export async function openStreamConnection(port) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let receive = () => {};
  let fail = () => {};
  let isClosed = false;
  socket.setEncoding('latin1').on('data', (text) => receive(text));
  socket.on('close', () => {
    isClosed = true;
    fail(new Error('The server closed a connection.'));
  });
  return {
    /** Resolves at the end of the response with the number of deltas and the time of the first one, in ms. */
    stream: (request) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        let firstMs;
        let deltas = 0;
        let last = '';
        fail = reject;
        if (isClosed) reject(new Error('The server closed a connection between two calls.'));
        receive = (text) => {
          if (deltas === 0 && text.startsWith('HTTP/') && !text.startsWith('HTTP/1.1 200')) {
            reject(new Error(`The server responded:\n${text}`));
            return;
          }
          for (let at = text.indexOf(delta); at !== -1; at = text.indexOf(delta, at + 1)) {
            firstMs ??= performance.now() - started;
            deltas += 1;
          }
          last = (last + text).slice(-responseEnd.length);
          if (last === responseEnd) resolve({ deltas, firstMs });
        };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
