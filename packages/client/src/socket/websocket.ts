import isomorphicWebSocket from 'isomorphic-ws';
import type { WebSocketLike } from './dependencies.js';

export type WebSocketClass = new (url: string) => WebSocketLike;

/** What ws is told where it is the fallback: compression costs memory, a dead peer must not hold the process. */
const wsOptions = { perMessageDeflate: false, closeTimeout: 1000 };

// In a bundle for browsers isomorphic-ws is what the global was when the bundle was loaded.
const Fallback = isomorphicWebSocket as unknown as new (
  url: string,
  options: object,
) => WebSocketLike;

/**
 * Dials. The class is looked up each time: a mock replaces the global one when a test begins, and one
 * that was captured earlier is a dead socket there.
 */
export function openWebSocket(
  url: string,
  own = globalThis.WebSocket as WebSocketClass | undefined,
): WebSocketLike {
  return own === undefined ? new Fallback(url, wsOptions) : new own(url);
}
