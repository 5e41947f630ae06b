/**
 * Any class after the WebSocket standard: the platform's own, `ws`, a mock. Only what tells it from
 * other classes is written out, because the declarations of its events differ from library to library.
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
