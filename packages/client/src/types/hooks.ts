import type { ChatError } from '../errors/chat-error.js';

/**
 * The calls by their names in the protocol.
 *
 * @example
 * ```ts
 * import type { ChatHooks, ChatRoute } from '@chat/client';
 *
 * const calls = new Map<ChatRoute, number>();
 * const hooks: ChatHooks = {
 *   onResponse: ({ route }) => void calls.set(route, (calls.get(route) ?? 0) + 1),
 * };
 * ```
 */
export type ChatRoute =
  | 'login'
  | 'logout'
  | 'sendMessage'
  | 'history'
  | 'sessions'
  | 'feedback'
  | 'chatStats'
  | 'messageStats';

/**
 * A request that is about to leave.
 *
 * @example
 * ```ts
 * import type { RequestState } from '@chat/client';
 *
 * // A name for each try, found again in the backend's log.
 * const onRequest = ({ headers }: RequestState) => {
 *   headers['x-request-id'] = crypto.randomUUID();
 * };
 * ```
 */
export interface RequestState {
  /** Which call it is. */
  readonly route: ChatRoute;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The whole URL; no call but the socket has a token in it. */
  readonly url: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /**
   * May be added to, for tracing say; those that the call has stay as they are. The token is not among
   * them.
   */
  readonly headers: Record<string, string>;
}

/**
 * An answer that came.
 *
 * @example
 * ```ts
 * import type { ResponseState } from '@chat/client';
 *
 * const onResponse = ({ route, status, durationMs, headers }: ResponseState) => {
 *   if (durationMs > 1_000) console.warn(`${route} took ${durationMs} ms`, status, headers['x-request-id']);
 * };
 * ```
 */
export interface ResponseState {
  /** Which call it was. */
  readonly route: ChatRoute;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The HTTP status, also that of a refusal. */
  readonly status: number;
  /** By lower-case name, cookies left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the request's leaving to the whole answer, in milliseconds. */
  readonly durationMs: number;
}

/**
 * A try that failed and will be followed by another.
 *
 * @example
 * ```ts
 * import type { RetryState } from '@chat/client';
 *
 * const onRetry = ({ route, attempt, delayMs, error }: RetryState) =>
 *   console.warn(`${route}, try ${attempt}: ${error.message} Again in ${delayMs} ms.`);
 * ```
 */
export interface RetryState {
  /** Which call it is. */
  readonly route: ChatRoute;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** How long the client waits now, in milliseconds. */
  readonly delayMs: number;
  /** Why the try failed. */
  readonly error: ChatError;
}

/**
 * A token that was got: the first one, or in the place of another.
 *
 * @example
 * ```ts
 * import type { TokenRefreshedState } from '@chat/client';
 *
 * const onTokenRefreshed = ({ reason, expiresAt }: TokenRefreshedState) =>
 *   console.log(reason, expiresAt === undefined ? 'for as long as it goes' : new Date(expiresAt).toISOString());
 * ```
 */
export interface TokenRefreshedState {
  /** The first token, one in the place of a token near its end, or of one that was refused. */
  readonly reason: 'initial' | 'expiring' | 'rejected';
  /** When it expires by the local clock, in milliseconds since the epoch; unknown for opaque tokens. */
  readonly expiresAt: number | undefined;
}

/**
 * Each is told one named state. A hook that throws is logged and harms no call.
 *
 * @example
 * ```ts
 * import { ChatClient, type ChatHooks } from '@chat/client';
 *
 * const hooks: ChatHooks = {
 *   onResponse: ({ route, status, durationMs }) => console.log(route, status, `${durationMs} ms`),
 *   onRetry: ({ route, delayMs, error }) => console.warn(`${route} again in ${delayMs} ms: ${error.code}`),
 * };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   hooks,
 * });
 * ```
 */
export interface ChatHooks {
  /** Awaited before the request leaves. */
  onRequest?: ((state: RequestState) => void | Promise<void>) | undefined;
  /** After each answer, refusals included. */
  onResponse?: ((state: ResponseState) => void) | undefined;
  /** Before the wait that precedes another try. */
  onRetry?: ((state: RetryState) => void) | undefined;
  /** After a token was got; the token itself is not told. */
  onTokenRefreshed?: ((state: TokenRefreshedState) => void) | undefined;
}
