/**
 * Any class after the WebSocket standard: the platform's own, `ws`, a mock. Only what tells it from
 * other classes is written out, because the declarations of its events differ from library to library.
 *
 * @example
 * ```ts
 * import { ChatClient, type WebSocketConstructor } from '@chat/client';
 * import { WebSocket } from 'ws';
 *
 * // In Node, with a certificate authority of one's own: whatever `ws` can do.
 * const Trusting: WebSocketConstructor = class extends WebSocket {
 *   constructor(url: string) {
 *     super(url, { ca: process.env.CHAT_CA });
 *   }
 * };
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 'eyJ…', WebSocket: Trusting });
 * ```
 */
export type WebSocketConstructor = new (
  url: string,
) => {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes that were handed to `send` and have not left. */
  readonly bufferedAmount: number;
  /** How binary frames come; the protocol has none. */
  binaryType: string;
  /** Sends a text frame. */
  send(data: string): void;
  /** Closes with a code and a reason. */
  close(code?: number, reason?: string): void;
};
