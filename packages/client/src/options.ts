import type { Credentials, GetToken } from './auth/token-provider.js';
import type { TokenStore } from './auth/token-store.js';
import type { FetchLike } from './types/fetch.js';
import type { ChatHooks } from './types/hooks.js';
import type { ChatLogger } from './types/logger.js';
import type { WebSocketConstructor } from './types/web-socket.js';

/**
 * How often and how long to try again.
 *
 * @example
 * ```ts
 * import { ChatClient, type RetryOptions } from '@chat/client';
 *
 * // Somebody looks at a spinner: an error after five seconds is kinder than an answer after sixty.
 * const retry: RetryOptions = { limit: 1, maxWaitMs: 5_000 };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   retry,
 * });
 * ```
 */
export interface RetryOptions {
  /**
   * Tries after the first one.
   * @default 3
   */
  limit?: number | undefined;
  /**
   * The longest wait before a try, in milliseconds. When the backend asks for more, the call fails at
   * once.
   * @default 60000
   */
  maxWaitMs?: number | undefined;
  /**
   * The shortest wait before a try, in milliseconds.
   * @default 500
   */
  minDelayMs?: number | undefined;
  /**
   * Where the growing wait between tries ends, in milliseconds, unless the backend asks for more.
   * @default 8000
   */
  maxDelayMs?: number | undefined;
}

/**
 * Options of a `ChatClient`. One of `credentials`, `getToken` and `token` is needed, or a store that holds a token.
 *
 * @example
 * ```ts
 * import { ChatClient, type ChatClientOptions } from '@chat/client';
 *
 * const options: ChatClientOptions = {
 *   baseUrl: 'https://chat.example.com',
 *   getToken: async () => (await fetch('/session/chat-token')).text(),
 *   timeoutMs: 30_000,
 *   logger: console,
 * };
 * const client = new ChatClient(options);
 * ```
 */
export interface ChatClientOptions {
  /** Where the backend is. `/api/v1` and `/ws/chat` are added, a path prefix is kept. */
  baseUrl: string;
  /** The client logs in with these when it needs a token. A function is asked each time. */
  credentials?: Credentials | (() => Credentials | Promise<Credentials>) | undefined;
  /** Returns a token of the application's own, each time a new one is needed. */
  getToken?: GetToken | undefined;
  /**
   * A token to begin with. Alone, it is used until the backend refuses it; beside `credentials` or
   * `getToken` it is used first, and those are asked when it nears its end, counted from now, or is refused.
   */
  token?: string | undefined;
  /**
   * Where the token is kept; `webStorageTokenStore()` for a page that must survive a reload.
   * @default in memory
   */
  tokenStore?: TokenStore | undefined;
  /** @default globalThis.fetch, looked up at each call */
  fetch?: FetchLike | undefined;
  /** @default globalThis.WebSocket where there is one, else `ws`; looked up at each dial */
  WebSocket?: WebSocketConstructor | undefined;
  /**
   * How long one try of a call may wait for its answer, in milliseconds.
   * @default 60000
   */
  timeoutMs?: number | undefined;
  /** Tries after the first one, and the waits before them. */
  retry?: RetryOptions | undefined;
  /**
   * Told what the client does.
   * @default none
   */
  hooks?: ChatHooks | undefined;
  /** @default none */
  logger?: ChatLogger | undefined;
  /**
   * Whether answers are checked against the contract; then fields that the contract does not know
   * are left out.
   * @default true
   */
  validate?: boolean | undefined;
  /**
   * The clock, in milliseconds since the epoch.
   * @default Date.now
   */
  now?: (() => number) | undefined;
  /**
   * From 0 up to 1, for jitter.
   * @default Math.random
   */
  random?: (() => number) | undefined;
}
