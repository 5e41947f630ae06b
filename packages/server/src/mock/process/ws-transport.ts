import type { WebSocket } from 'ws';
import type { MockTransport } from '../backend/mock-peer.js';

/**
 * A WebSocket over TCP.
 * @param pings whether clients are pinged: not while the clock stands still, because an advance of an hour would drop all
 *   sockets, whose clients had no time to answer
 */
export function createWsTransport(socket: WebSocket, pings: boolean): MockTransport {
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    drop: () => socket.terminate(),
    bufferedBytes: () => socket.bufferedAmount,
    ...(pings && {
      ping() {
        // `ping` throws when the socket is already closing.
        if (socket.readyState === socket.OPEN) socket.ping();
      },
    }),
  };
}
