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

export { webStorageTokenStore } from './auth/token-stores.js';
export { ChatClient } from './client.js';
export {
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
} from './errors/call-errors.js';
export { ChatError } from './errors/chat-error.js';
export { isChatError } from './errors/is-chat-error.js';
export {
  MessageNotSentError,
  type MessageNotSentReason,
  OutcomeUnknownError,
  SlowReaderError,
  SocketClosedError,
} from './errors/socket-errors.js';
export type * from './public-types.js';
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
