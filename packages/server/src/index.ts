/**
 * The server as a library: {@link createChatServer} makes one of its own, {@link chatPlugin} puts it into a Fastify
 * application of yours. Beside them stand assistants, stores, and what several instances share.
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

export type { Role } from '@chat/contract';
export { echoAssistant } from './assistant/echo-assistant.js';
export { AssistantEndpointError } from './assistant/openai/assistant-endpoint-error.js';
export { openAiAssistant } from './assistant/openai/openai-assistant.js';
export type { OpenAiAssistantOptions } from './assistant/openai/options.js';
export { type ScriptedReply, scriptedAssistant } from './assistant/scripted-assistant.js';
export type { ChatLimits } from './chat/api.js';
export { defaultLimits } from './chat/limits.js';
export { createManualClock, type ManualClock } from './chat/manual-clock.js';
export type {
  Allowance,
  Assistant,
  AssistantMessage,
  AssistantRequest,
  Clock,
  FanOut,
  FanOutEvent,
  Limiter,
  PasswordHasher,
  RemoteFanOut,
  SocketLeases,
  TokenClaims,
  TokenSigner,
  TurnQueue,
} from './chat/ports.js';
export type {
  MessageRecord,
  Position,
  SeqRange,
  SessionRecord,
  Store,
  TurnRecord,
  UserRecord,
  UserState,
  UserTransaction,
  Wanted,
} from './chat/store.js';
export { createChatServer } from './create-chat-server.js';
export { chatPlugin } from './fastify/chat-plugin.js';
export type { ChatPluginOptions, SharedState, UserCredentials } from './fastify/options.js';
export type { ChatServerOptions, Timeouts } from './fastify/server-options.js';
export { RedisRefusedError } from './shared-state/redis-refused-error.js';
export {
  openRedisSharedState,
  type RedisSharedState,
  type RedisSharedStateOptions,
} from './shared-state/redis-shared-state.js';
export { createMemoryStore } from './store/memory-store.js';
export { openPostgresStore, type PostgresStoreOptions } from './store/postgres-store.js';
export { openSqliteStore, type SqliteStoreOptions } from './store/sqlite-store.js';
export { StoreOpenError } from './store/store-open-error.js';
