// The types that both entry points with a client export: with sockets, and without.

export type { MessageDetails } from '@chat/contract';
export type { Credentials, GetToken, GetTokenRequest } from './auth/token-provider.js';
export type { TokenRequestReason } from './auth/token-source.js';
export type {
  StoredToken,
  TokenStore,
  WebStorageLike,
  WebStorageTokenStoreOptions,
} from './auth/token-stores.js';
export type { Chat, SendOptions } from './chat.js';
export type { ApiErrorInit } from './errors/api-errors.js';
export type { TokenUnavailableReason } from './errors/call-errors.js';
export type { ChatErrorCode } from './errors/chat-error.js';
export type { AnyChatError, ChatErrorByCode } from './errors/is-chat-error.js';
export type { ChatClientOptions, RetryOptions } from './options/client-options.js';
export type { ReplyStream } from './reply-stream.js';
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
