/**
 * The client: calls, pages, errors, and a socket that reconnects automatically. Start with {@link ChatClient}.
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

export type { MessageDetails } from '@chat/contract';
export type { Credentials, GetToken, GetTokenRequest } from './auth/token-provider.js';
export type { TokenRequestReason } from './auth/token-source.js';
export {
  type StoredToken,
  type TokenStore,
  type WebStorageLike,
  type WebStorageTokenStoreOptions,
  webStorageTokenStore,
} from './auth/token-stores.js';
export type { Chat, SendOptions } from './chat.js';
export { ChatClient } from './client.js';
export {
  type ApiErrorInit,
  AuthenticationError,
  BadRequestError,
  ChatApiError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
} from './errors/api-errors.js';
export {
  AbortError,
  ClientClosedError,
  ConnectionError,
  ExtensionUnavailableError,
  InvalidOptionError,
  ResponseValidationError,
  TimeoutError,
  TokenUnavailableError,
  type TokenUnavailableReason,
} from './errors/call-errors.js';
export { ChatError, type ChatErrorCode } from './errors/chat-error.js';
export { type AnyChatError, type ChatErrorByCode, isChatError } from './errors/is-chat-error.js';
export {
  MessageNotSentError,
  type MessageNotSentReason,
  OutcomeUnknownError,
  SlowReaderError,
  SocketClosedError,
} from './errors/socket-errors.js';
export type { ChatClientOptions, RetryOptions } from './options/client-options.js';
export type { ReplyStream } from './reply-stream.js';
export type { ChatSocket, SocketSendOptions } from './socket/chat-socket.js';
export type { CloseAction, ClosePolicy } from './socket/connection/close-policy.js';
export type { RecoveryResult, SocketEvent, SocketEvents, SocketMessage } from './socket/events.js';
export type {
  BackoffOptions,
  ConnectOptions,
  QueueOptions,
  RecoverOptions,
} from './socket/options.js';
export type { SocketState, SocketStateCause, SocketStateChange } from './socket/state-change.js';
export type {
  ErrorStatus,
  OtherStatus,
  RateLimitedStatus,
  ReadStatus,
  SocketDelta,
  SocketStatus,
  SocketStatusFields,
  StoppedStatus,
  TypingStatus,
} from './socket/status-events.js';
export type { Stats } from './stats.js';
export type {
  AuthChange,
  AuthChangeReason,
  ChatUser,
  LoginOptions,
  LoginResponse,
  LogoutResponse,
} from './types/auth.js';
export type { CallOptions } from './types/call-options.js';
export type {
  ChatHooks,
  RequestHookContext,
  ResponseHookContext,
  RetryHookContext,
  RouteName,
  TokenRefreshedHookContext,
} from './types/hooks.js';
export type { ChatLogger } from './types/logger.js';
export type {
  ChatReply,
  ChatSession,
  ChatStats,
  Message,
  MessageStats,
  Pagination,
  ReplyDelta,
} from './types/models.js';
export type {
  HistoryOptions,
  HistoryPage,
  Page,
  PageRequest,
  SessionsOptions,
  SessionsPage,
} from './types/pages.js';
export type {
  AbortSignalLike,
  FetchInit,
  FetchLike,
  FetchResponse,
  PlatformAbortSignal,
  WebSocketConstructor,
} from './types/platform.js';
