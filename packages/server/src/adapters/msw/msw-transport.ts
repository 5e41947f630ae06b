import type { MockTransport } from '../../mock/backend/mock-peer.js';

/** The part of MSW's client connection that is used here. */
export interface MswClient {
  send(data: string): void;
  close(code: number, reason: string): void;
}

/** A WebSocket that MSW intercepts. */
export function createMswTransport(client: MswClient): MockTransport {
  return {
    send: (text) => client.send(text),
    close(code, reason) {
      // MSW delivers frames in microtasks; earlier frames must arrive before the close.
      queueMicrotask(() => client.close(code, reason));
    },
    drop() {
      markUnclean(client);
      client.close(1006, '');
    },
    bufferedBytes: () => 0,
  };
}

/** MSW sets `wasClean` for every close, but clients use it to detect a lost connection. */
function markUnclean(client: MswClient): void {
  const { socket } = client as { socket?: EventTarget };
  if (socket === undefined) return;
  const dispatch = socket.dispatchEvent.bind(socket);
  socket.dispatchEvent = (event) => {
    if (event.type === 'close') Object.defineProperty(event, 'wasClean', { value: false });
    return dispatch(event);
  };
}
