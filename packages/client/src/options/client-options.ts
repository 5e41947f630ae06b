import type { Credentials, GetToken } from '../auth/token-provider.js';
import type { TokenStore } from '../auth/token-stores.js';
import type { ChatHooks } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';
import type { FetchLike, WebSocketConstructor } from '../types/platform.js';

/**
 * How often and how long to retry a failed call.
 *
 * @example
 * ```ts
 * import { ChatClient, type RetryOptions } from '@chat/client';
 *
 * // A user watches a spinner: an error after five seconds is better than a response after sixty.
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
   * Attempts after the first one.
   * @default 3
   */
  limit?: number | undefined;
  /**
   * The longest wait before an attempt, in milliseconds. When the backend requests a longer one, the call fails
   * immediately.
   * @default 60000
   */
  maxWaitMs?: number | undefined;
  /**
   * The shortest wait before an attempt, in milliseconds.
   * @default 500
   */
  minDelayMs?: number | undefined;
  /**
   * The upper limit of the exponential backoff, in milliseconds; a `Retry-After` of the backend may exceed it.
   * @default 8000
   */
  maxDelayMs?: number | undefined;
}

/**
 * Options of a `ChatClient`. Without `credentials`, `getToken` and `token`, the user logs in with `client.login()`.
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
  /** The URL of the backend. The client adds `/api/v1` and `/ws/chat`; a path prefix is preserved. */
  baseUrl: string;
  /** The client logs in with these when it needs a token. A function is called for each login. */
  credentials?: Credentials | (() => Credentials | Promise<Credentials>) | undefined;
  /** Called when the client needs a token; returns a token from the application. */
  getToken?: GetToken | undefined;
  /**
   * The initial token. Alone, it is used until the backend rejects it. With `credentials` or `getToken`, the client
   * replaces it shortly before it expires (its lifetime starts now) or when the backend rejects it.
   */
  token?: string | undefined;
  /**
   * Stores the token; with `webStorageTokenStore()` a login survives the reload of a page.
   * @default in memory
   */
  tokenStore?: TokenStore | undefined;
  /**
   * The `fetch` function for all calls.
   * @default globalThis.fetch, looked up for each request
   */
  fetch?: FetchLike | undefined;
  /**
   * The WebSocket class for all sockets.
   * @default globalThis.WebSocket if it exists, else `ws`; looked up for each connection
   */
  WebSocket?: WebSocketConstructor | undefined;
  /**
   * The timeout of one attempt of a call, in milliseconds.
   * @default 60000
   */
  timeoutMs?: number | undefined;
  /**
   * The longest body of a response, in bytes; a longer one is a `ResponseValidationError`. Without streams (React
   * Native), the whole body is read before its length is compared.
   * @default 33554432 (32 MiB)
   */
  maxResponseBytes?: number | undefined;
  /** The number of retries, and the waits before them. */
  retry?: RetryOptions | undefined;
  /**
   * Called for each request, response, retry and token refresh.
   * @default none
   */
  hooks?: ChatHooks | undefined;
  /**
   * Receives log messages, without secrets.
   * @default none
   */
  logger?: ChatLogger | undefined;
  /**
   * Whether to validate responses against the contract. Roles and fields that the contract does not know are kept.
   * @default true
   */
  validate?: boolean | undefined;
  /**
   * The current time, in milliseconds since the epoch.
   * @default Date.now
   */
  now?: (() => number) | undefined;
  /**
   * A random number from 0 to 1, for jitter.
   * @default Math.random
   */
  random?: (() => number) | undefined;
}
