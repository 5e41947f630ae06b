import { socketPath } from '@chat/contract';
import type { TokenManager } from '../auth/token-manager.js';
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
   * Whether an HTTP response announced extensions (header `Chat-Extensions`); `undefined` before the first response.
   * Such a backend has `connectTimeoutMs` to send its greeting; any other counts as core-only after a second.
   */
  advertisesExtensions?(): boolean | undefined;
  now(): number;
  random(): number;
  readonly logger: ChatLogger;
  /** Removes the client's secrets from texts of others. */
  redact(text: string): string;
  /**
   * Whether frames are validated against the contract.
   * @default true
   */
  readonly validate?: boolean;
}

export interface SocketContext {
  readonly rootUrl: string;
  readonly http: HttpClient;
  readonly tokens: TokenManager;
  readonly capabilities: ServerCapabilities;
  readonly webSocket: WebSocketConstructor | undefined;
  readonly validate: boolean;
  readonly secrets: Secrets;
  readonly logger: ChatLogger;
  readonly now: () => number;
  readonly random: () => number;
}

/** The dependencies of a socket, from the parts of its client. */
export function socketDependencies(context: SocketContext): SocketDependencies {
  const { rootUrl, http, tokens, capabilities, secrets, webSocket } = context;
  return {
    ...context,
    tokens: {
      get tokenFromStore() {
        return tokens.tokenFromStore;
      },
      token: (signal) => tokens.tokenForSocket(signal),
      isUsable: (token) => tokens.isUsable(token),
      refresh: (rejected, signal) => tokens.refresh(rejected, signal),
    },
    url: rootUrl.replace(/^http/, 'ws') + socketPath,
    history: (query, signal) => http.call('history', { query }, { signal }),
    checkToken: async (signal, timeoutMs) =>
      void (await http.call('messageStats', { noRetry: true }, { signal, timeoutMs })),
    openWebSocket: (url) => openWebSocket(url, webSocket as WebSocketClass | undefined),
    advertisesExtensions: () => capabilities.hasExtensions,
    redact: secrets.redact,
  };
}
