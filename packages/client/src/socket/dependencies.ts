import { socketPath } from '@chat/contract';
import type { TokenSource } from '../auth/token-source.js';
import type { HttpClient } from '../http/http-client.js';
import type { ServerCapabilities } from '../http/server-capabilities.js';
import type { Secrets } from '../lib/redaction.js';
import type { ChatLogger } from '../types/logger.js';
import type { WebSocketConstructor } from '../types/platform.js';
import {
  openWebSocket,
  type WebSocketClass,
  type WebSocketLike,
} from './connection/open-web-socket.js';
import type { HistorySlice } from './recovery/history-pager.js';

/** What a socket needs from the client. It knows neither ky nor the client's options. */
export interface SocketDependencies {
  /** `ws:` or `wss:`, with the path prefix and `/ws/chat`, without a query. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** One page of history, newest first. */
  history(query: { page: number; pageSize: number }, signal: AbortSignal): Promise<HistorySlice>;
  /**
   * One cheap authenticated request: when a socket failed before it opened, it distinguishes a rejected token from an
   * unavailable backend. Resolves if the token is valid; rejects with a `ChatError`, at the latest after `timeoutMs`.
   */
  checkToken(signal: AbortSignal, timeoutMs: number): Promise<void>;
  /** @throws what the WebSocket class throws */
  openWebSocket(url: string): WebSocketLike;
  /**
   * A backend whose HTTP responses announced extensions has `connectTimeoutMs` to send its greeting; any other counts as
   * core-only after a second.
   */
  readonly capabilities?: Pick<ServerCapabilities, 'hasExtensions'>;
  now(): number;
  random(): number;
  readonly logger: ChatLogger;
  /** Removes the client's secrets from texts of others. */
  readonly secrets: Pick<Secrets, 'redact'>;
  /**
   * Whether frames are validated against the contract.
   * @default true
   */
  readonly validate?: boolean;
}

/** The parts of a client from which the dependencies of its sockets are made. */
export interface SocketContext
  extends Omit<SocketDependencies, 'url' | 'history' | 'checkToken' | 'openWebSocket'> {
  readonly rootUrl: string;
  readonly http: HttpClient;
  readonly WebSocket?: WebSocketConstructor | undefined;
}

/** The dependencies of a socket, from the parts of its client. */
export function socketDependencies(context: SocketContext): SocketDependencies {
  const { rootUrl, http, WebSocket } = context;
  return {
    ...context,
    url: rootUrl.replace(/^http/, 'ws') + socketPath,
    history: (query, signal) => http.call('history', { query }, { signal }),
    checkToken: async (signal, timeoutMs) =>
      void (await http.call('messageStats', { noRetry: true }, { signal, timeoutMs })),
    openWebSocket: (url) => openWebSocket(url, WebSocket as WebSocketClass | undefined),
  };
}
