/** The part of the WebSocket standard that a check drives; `ws`, browsers and mocks all have it. */
export interface SendableSocket {
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}
