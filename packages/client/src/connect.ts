import { socketPath } from '@chat/contract';
import type { TokenKeeper } from './auth/token-keeper.js';
import type { AnnouncedExtensions } from './http/announced.js';
import type { HttpClient } from './http/http-client.js';
import type { Secrets } from './redact.js';
import type { SocketDependencies } from './socket/dependencies.js';
import { openWebSocket, type WebSocketClass } from './socket/websocket.js';
import type { ChatLogger } from './types/logger.js';
import type { WebSocketConstructor } from './types/web-socket.js';

export interface SocketSurroundings {
  readonly rootUrl: string;
  readonly http: HttpClient;
  readonly tokens: TokenKeeper;
  readonly announced: AnnouncedExtensions;
  readonly webSocket: WebSocketConstructor | undefined;
  readonly validate: boolean;
  readonly secrets: Secrets;
  readonly logger: ChatLogger;
  readonly now: () => number;
  readonly random: () => number;
}

/** What a socket is given of the client that makes it. */
export function socketDependencies(around: SocketSurroundings): SocketDependencies {
  const { rootUrl, http, announced, secrets, webSocket } = around;
  return {
    ...around,
    url: rootUrl.replace(/^http/, 'ws') + socketPath,
    history: (query, signal) => http.call('history', { query }, { signal }),
    probe: async (signal, timeoutMs) =>
      void (await http.call('messageStats', { once: true }, { signal, timeoutMs })),
    openWebSocket: (url) => openWebSocket(url, webSocket as WebSocketClass | undefined),
    announced: () => announced.any,
    redact: secrets.redact,
  };
}
