/**
 * Any class after the WebSocket standard: the platform's own, `ws`, a mock. Only what tells it from
 * other classes is written out, because the declarations of its events differ from library to library.
 */
export type WebSocketConstructor = new (
  url: string,
) => {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
};
