/**
 * The client: calls, pages, errors, and a socket that reconnects by itself. {@link ChatClient} is where to begin.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const { response } = await client.chat.send('Hello');
 * ```
 *
 * @module @chat/client
 * @group Reference
 */

export type { Credentials, GetToken, GetTokenRequest } from './auth/token-provider.js';
export type { TokenReason } from './auth/token-source.js';
export type { StoredToken, TokenStore } from './auth/token-store.js';
export {
  type WebStorageLike,
  type WebStorageTokenStoreOptions,
  webStorageTokenStore,
} from './auth/web-storage-token-store.js';
export type { Chat, SendOptions } from './chat.js';
export { ChatClient } from './client.js';
export { AbortError } from './errors/abort-error.js';
export { AuthenticationError } from './errors/authentication-error.js';
export { BadRequestError } from './errors/bad-request-error.js';
export { ChatApiError, type RefusedAnswer } from './errors/chat-api-error.js';
export { ChatError, type ChatErrorCode } from './errors/chat-error.js';
export { ClientClosedError } from './errors/client-closed-error.js';
export { ConnectionError } from './errors/connection-error.js';
export { ExtensionUnavailableError } from './errors/extension-unavailable-error.js';
export { InvalidOptionError } from './errors/invalid-option-error.js';
export { type ChatErrorByCode, isChatError } from './errors/is-chat-error.js';
export { MessageNotSentError, type NotSentReason } from './errors/message-not-sent-error.js';
export { NotFoundError } from './errors/not-found-error.js';
export { OutcomeUnknownError } from './errors/outcome-unknown-error.js';
export { PermissionDeniedError } from './errors/permission-denied-error.js';
export { RateLimitError } from './errors/rate-limit-error.js';
export { ResponseValidationError } from './errors/response-validation-error.js';
export { ServerError } from './errors/server-error.js';
export { SlowReaderError } from './errors/slow-reader-error.js';
export { SocketClosedError } from './errors/socket-closed-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export {
  TokenUnavailableError,
  type TokenUnavailableReason,
} from './errors/token-unavailable-error.js';
export type { HistoryOptions, HistoryPage } from './history.js';
export type { ChatClientOptions, RetryOptions } from './options.js';
export type { SessionsOptions, SessionsPage } from './sessions.js';
export type { BackoffOptions } from './socket/backoff.js';
export type { ChatSocket, SayOptions } from './socket/chat-socket.js';
export type { CloseAction, ClosePolicy } from './socket/close-policy.js';
export type {
  Recovered,
  SocketDelta,
  SocketEvent,
  SocketEvents,
  SocketMessage,
  SocketStatus,
  StateChange,
} from './socket/events.js';
export type { ConnectOptions, QueueOptions, RecoverOptions } from './socket/options.js';
export type { SocketState } from './socket/state-table.js';
export type { Stats } from './stats.js';
export type { AbortSignalLike } from './types/abort-signal.js';
export type { CallOptions } from './types/call-options.js';
export type { FetchInit, FetchLike, FetchResponse, PlatformAbortSignal } from './types/fetch.js';
export type {
  ChatHooks,
  ChatRoute,
  RequestState,
  ResponseState,
  RetryState,
  TokenRefreshedState,
} from './types/hooks.js';
export type { ChatLogger } from './types/logger.js';
export type {
  ChatReply,
  ChatSession,
  ChatStats,
  Message,
  MessageStats,
  Pagination,
} from './types/models.js';
export type { Page, PageRequest } from './types/page.js';
export type { WebSocketConstructor } from './types/web-socket.js';
