import type * as node from './open-web-socket.js';

/** Replaces `open-web-socket.ts` in builds for browsers, which always have a global WebSocket. */
export const openWebSocket: typeof node.openWebSocket = (url, webSocketClass) =>
  new (webSocketClass ?? (globalThis.WebSocket as unknown as node.WebSocketClass))(url);
