import type { TokenSource } from '../auth/token-source.js';
import type { HistoryPart } from './history-walk.js';

/** What the socket needs of the client around it; it knows neither ky nor the client's options. */
export interface SocketDependencies {
  /** `ws:` or `wss:`, the prefix kept, `/ws/chat` added, without a query. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** One page of history, newest first: what fills a gap after a reconnect. */
  history(query: { page: number; pageSize: number }, signal: AbortSignal): Promise<HistoryPart>;
  /**
   * One cheap authenticated request, to tell a refused token from a backend that is down when a
   * socket failed before it opened. Resolves when the token is good, rejects with the client's errors,
   * and no later than a dial may take: the socket waits for it.
   */
  probe(signal: AbortSignal, timeoutMs: number): Promise<void>;
  /** @throws whatever the runtime's class throws */
  openWebSocket(url: string): WebSocketLike;
  /**
   * Whether an answer over HTTP announced extensions (`Chat-Extensions`), once one was seen. Such a
   * backend is given the whole `connectTimeoutMs` to greet; any other counts as core-only after a second.
   */
  announced?(): boolean | undefined;
  now(): number;
  random(): number;
  readonly logger: SocketLogger;
  /** Takes the client's secrets out of what others say. */
  redact(text: string): string;
  /**
   * Whether frames are held against the contract.
   * @default true
   */
  readonly validate?: boolean;
}

export interface SocketLogger {
  debug(text: string, fields?: Record<string, unknown>): void;
  info(text: string, fields?: Record<string, unknown>): void;
  warn(text: string, fields?: Record<string, unknown>): void;
  error(text: string, fields?: Record<string, unknown>): void;
}

/** The part of the WebSocket standard that the client uses. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}
