import type { RouteName as ContractRouteName } from '@chat/contract';
import type { TokenRequestReason } from '../auth/token-source.js';
import type { AnyChatError } from '../errors/is-chat-error.js';

/**
 * The routes of the protocol by name.
 *
 * @example
 * ```ts
 * import type { ChatHooks, RouteName } from '@chat/client';
 *
 * const calls = new Map<RouteName, number>();
 * const hooks: ChatHooks = {
 *   onResponse: ({ route }) => void calls.set(route, (calls.get(route) ?? 0) + 1),
 * };
 * ```
 */
export type RouteName = ContractRouteName;

/**
 * The argument of `onRequest`: a request that is about to be sent.
 *
 * @example
 * ```ts
 * import type { RequestHookContext } from '@chat/client';
 *
 * // An id for each attempt, to find it in the backend's log.
 * const onRequest = ({ headers }: RequestHookContext) => {
 *   headers['x-request-id'] = crypto.randomUUID();
 * };
 * ```
 */
export interface RequestHookContext {
  /** The route of the call. */
  readonly route: RouteName;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The full URL. It never contains the token. */
  readonly url: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /**
   * The request headers, without the token. The hook may add headers, for example for tracing; it cannot change the
   * client's own.
   */
  readonly headers: Record<string, string>;
}

/**
 * The argument of `onResponse`: a response that was received.
 *
 * @example
 * ```ts
 * import type { ResponseHookContext } from '@chat/client';
 *
 * const onResponse = ({ route, status, durationMs, headers }: ResponseHookContext) => {
 *   if (durationMs > 1_000) console.warn(`${route} took ${durationMs} ms`, status, headers['x-request-id']);
 * };
 * ```
 */
export interface ResponseHookContext {
  /** The route of the call. */
  readonly route: RouteName;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The full URL. */
  readonly url: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The HTTP status, also an error status. */
  readonly status: number;
  /** The response headers by lower-case name, without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** The time from the request to the end of the response, in milliseconds. */
  readonly durationMs: number;
}

/**
 * The argument of `onRetry`: an attempt that failed and will be repeated.
 *
 * @example
 * ```ts
 * import type { RetryHookContext } from '@chat/client';
 *
 * const onRetry = ({ route, attempt, delayMs, error }: RetryHookContext) =>
 *   console.warn(`${route}, attempt ${attempt}: ${error.message} Next attempt in ${delayMs} ms.`);
 * ```
 */
export interface RetryHookContext {
  /** The route of the call. */
  readonly route: RouteName;
  /** The number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** The wait before the next attempt, in milliseconds. */
  readonly delayMs: number;
  /** Why the attempt failed. */
  readonly error: AnyChatError;
}

/**
 * The argument of `onTokenRefreshed`: the client has a new token.
 *
 * @example
 * ```ts
 * import type { TokenRefreshedHookContext } from '@chat/client';
 *
 * const onTokenRefreshed = ({ reason, expiresAt }: TokenRefreshedHookContext) =>
 *   console.log(reason, expiresAt === undefined ? 'unknown expiry' : new Date(expiresAt).toISOString());
 * ```
 */
export interface TokenRefreshedHookContext {
  /** Why the client needed a new token. */
  readonly reason: TokenRequestReason;
  /** When it expires by the local clock, in milliseconds since the epoch; undefined for opaque tokens. */
  readonly expiresAt: number | undefined;
}

/**
 * Functions that the client calls. A hook that throws is logged and does not affect the call.
 *
 * @example
 * ```ts
 * import { ChatClient, type ChatHooks } from '@chat/client';
 *
 * const hooks: ChatHooks = {
 *   onResponse: ({ route, status, durationMs }) => console.log(route, status, `${durationMs} ms`),
 *   onRetry: ({ route, delayMs, error }) => console.warn(`${route}: retry in ${delayMs} ms after ${error.code}`),
 * };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   hooks,
 * });
 * ```
 */
export interface ChatHooks {
  /** Called before each request; the client waits for it. */
  onRequest?: ((context: RequestHookContext) => void | Promise<void>) | undefined;
  /** Called after each response, also an error response. */
  onResponse?: ((context: ResponseHookContext) => void) | undefined;
  /** Called before the wait for the next attempt. */
  onRetry?: ((context: RetryHookContext) => void) | undefined;
  /** Called after a login or a token refresh, without the token itself. */
  onTokenRefreshed?: ((context: TokenRefreshedHookContext) => void) | undefined;
}
