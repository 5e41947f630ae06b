import isomorphicWebSocket from 'isomorphic-ws';
import type { WebSocketClass } from './dependencies.js';

/** What ws is told where it is the fallback: compression costs memory, a dead peer must not hold the process. */
const wsOptions = { perMessageDeflate: false, closeTimeout: 1000 };

/**
 * The class for the next dial. To be asked each time: a mock replaces the global one when a test
 * begins, and a class that was captured earlier is a dead socket there.
 */
export function webSocketClass(own?: WebSocketClass): WebSocketClass {
  return own ?? (globalThis.WebSocket as WebSocketClass | undefined) ?? fallback();
}

function fallback(): WebSocketClass {
  const Fallback = isomorphicWebSocket as unknown as
    | (new (
        url: string,
        options: object,
      ) => InstanceType<WebSocketClass>)
    | null;
  // In a bundle for browsers isomorphic-ws is what the global was when the bundle was loaded.
  if (Fallback === null)
    throw new TypeError('This runtime has no WebSocket: give the client one as "WebSocket".');
  return class extends Fallback {
    constructor(url: string) {
      super(url, wsOptions);
    }
  };
}
