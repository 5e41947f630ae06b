import isomorphicWebSocket from 'isomorphic-ws';

/** The part of the WebSocket standard that the client uses. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

export type WebSocketClass = new (url: string) => WebSocketLike;

/** For ws as the fallback: compression costs memory, and a dead peer must not keep the process alive. */
const wsOptions = { perMessageDeflate: false, closeTimeout: 1000 };

// In a browser bundle, isomorphic-ws is the global class at the time the bundle was loaded.
const Fallback = isomorphicWebSocket as unknown as new (
  url: string,
  options: object,
) => WebSocketLike;

/**
 * Opens a WebSocket. The class is looked up each time: a mock replaces the global class when a test starts, and a
 * class captured earlier would never receive a frame.
 */
export function openWebSocket(
  url: string,
  webSocketClass = globalThis.WebSocket as WebSocketClass | undefined,
): WebSocketLike {
  return webSocketClass === undefined ? new Fallback(url, wsOptions) : new webSocketClass(url);
}
