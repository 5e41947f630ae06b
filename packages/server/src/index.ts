/**
 * The server as a library: {@link createChatServer} creates a server, {@link chatPlugin} adds the chat to a Fastify
 * application. It also exports assistants, stores, and the shared state of several instances.
 *
 * @example
 * ```ts
 * import { createChatServer, openSqliteStore } from '@chat/server';
 *
 * const app = await createChatServer({
 *   store: await openSqliteStore({ path: './chat.db' }),
 *   users: [{ username: 'ada', password: 's3cret' }],
 * });
 * await app.listen({ port: 3000 });
 * ```
 *
 * @module @chat/server
 * @group Reference
 */

export type { MessageDetails, Role } from '@chat/contract';
export { chatPlugin } from './adapters/fastify/chat-plugin.js';
export {
  type ChatMetrics,
  type ChatMetricsOptions,
  createChatMetrics,
} from './adapters/fastify/observability/metrics.js';
export type { ChatPluginOptions } from './adapters/fastify/options.js';
export type { ServerLogger } from './adapters/fastify/server-logger.js';
export type { ChatServerOptions, Timeouts } from './adapters/fastify/server-options.js';
export { echoAssistant } from './assistants/echo-assistant.js';
export { AssistantEndpointError } from './assistants/openai/assistant-endpoint-error.js';
export { openAiAssistant } from './assistants/openai/openai-assistant.js';
export type { OpenAiAssistantOptions } from './assistants/openai/options.js';
export { type ScriptedReply, scriptedAssistant } from './assistants/scripted-assistant.js';
export { createChatServer } from './create-chat-server.js';
export type { ChatLimits, UserCredentials } from './domain/api.js';
export { defaultLimits } from './domain/limits.js';
export type {
  Assistant,
  AssistantMessage,
  AssistantRequest,
  Clock,
  FanOut,
  FanOutEvent,
  Logger,
  PasswordHasher,
  RateLimiter,
  RateLimitResult,
  RemoteFanOut,
  ReplyEnd,
  SharedState,
  SocketLeases,
  TokenClaims,
  TokenSigner,
  TurnQueue,
} from './domain/ports/index.js';
export type {
  IdempotencyRecord,
  MessageRange,
  MessageRecord,
  ReadOptions,
  SessionRecord,
  Store,
  TokenIds,
  TransactionReads,
  UserPosition,
  UserRecord,
  UserState,
  UserTransaction,
} from './domain/ports/store.js';
export { createManualClock, type ManualClock } from './domain/runtime/manual-clock.js';
export { RedisAuthError } from './shared-state/redis/connection/redis-auth-error.js';
export {
  openRedisSharedState,
  type RedisSharedState,
  type RedisSharedStateOptions,
} from './shared-state/redis/redis-shared-state.js';
export { createMemoryStore, type MemoryStore } from './stores/memory/memory-store.js';
export { openPostgresStore, type PostgresStoreOptions } from './stores/postgres/postgres-store.js';
export { openSqliteStore, type SqliteStoreOptions } from './stores/sqlite/sqlite-store.js';
export { StoreOpenError } from './stores/store-open-error.js';
