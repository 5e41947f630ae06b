import type { WebSocket } from '@fastify/websocket';
import type { SocketPeer } from '../chat/api.js';

/** RFC 6455 (5.5): a control frame holds 125 bytes, two of which are the code. */
const reasonMaxBytes = 123;

/** A `ws` socket as the session wants to see it. */
export function createSocketPeer(socket: WebSocket, onSent: () => void): SocketPeer {
  return {
    send(text) {
      socket.send(text);
      onSent();
    },
    close: (code, reason) => socket.close(code, shorten(reason)),
    terminate: () => socket.terminate(),
    ping() {
      // It may have begun to close since the session last heard of it, and then `ping` throws.
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    bufferedBytes: () => socket.bufferedAmount,
  };
}

function shorten(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= reasonMaxBytes) return reason;
  // Half a character at the end would be an invalid frame.
  return new TextDecoder().decode(bytes.subarray(0, reasonMaxBytes)).replace(/\uFFFD+$/, '');
}
