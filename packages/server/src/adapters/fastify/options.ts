import type { ChatLimits, UserCredentials } from '../../domain/api.js';
import type {
  Assistant,
  Clock,
  PasswordHasher,
  SharedState,
  TokenSigner,
} from '../../domain/ports/index.js';
import type { Store } from '../../domain/ports/store.js';
import type { ChatMetrics } from './observability/metrics.js';

/**
 * Options of {@link chatPlugin}.
 *
 * @example
 * ```ts
 * import { type ChatPluginOptions, chatPlugin, openSqliteStore } from '@chat/server';
 *
 * const options: ChatPluginOptions = {
 *   store: await openSqliteStore({ path: './chat.db' }),
 *   jwtSecret: process.env.CHAT_JWT_SECRET ?? '',
 *   corsOrigins: ['https://app.example.com'],
 *   limits: { messagesPerWindow: 600 },
 * };
 * await app.register(chatPlugin, { ...options, prefix: '/support' });
 * ```
 */
export interface ChatPluginOptions {
  /**
   * Users to add. A user that exists in the store keeps the stored password.
   * @default none
   */
  readonly users?: readonly UserCredentials[];
  /**
   * The assistant that replies to messages.
   * @default {@link echoAssistant}
   */
  readonly assistant?: Assistant;
  /**
   * The store of users and messages. You close a store that you pass.
   * @default in memory: lost when the process ends
   */
  readonly store?: Store;
  /**
   * Limits that differ from the defaults of the protocol.
   * @default {@link defaultLimits}
   */
  readonly limits?: Partial<ChatLimits>;
  /**
   * The source of time for every timeout and expiry.
   * @default the system clock
   */
  readonly clock?: Clock;
  /**
   * The key that signs tokens, at least 32 bytes. Instances that share users need the same key.
   * @default a random key: tokens become invalid when the process ends
   */
  readonly jwtSecret?: string;
  /**
   * Origins whose pages may call the API and open sockets, such as `https://chat.example.com`; `*` is any.
   * @default only the server's own origin
   */
  readonly corsOrigins?: readonly string[];
  /**
   * IANA name of the time zone of the days in statistics.
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * The maximum size of a request body, in bytes.
   * @default 262144, or more when `limits.contentMaxLength` needs it
   */
  readonly bodyLimitBytes?: number;
  /**
   * How long a client may take to read the next 64 KiB of a response, in milliseconds. Its connection is closed then.
   * @default 30000
   */
  readonly writeTimeoutMs?: number;
  /**
   * How long a stopping server waits for requests in progress, in milliseconds; at most a day.
   * @default 8000
   */
  readonly drainTimeoutMs?: number;
  /**
   * How long a stopping server still accepts connections and responds with 503, in milliseconds, so that a load balancer
   * notices before connections fail.
   * @default 0
   */
  readonly lameDuckMs?: number;
  /**
   * Whether `/healthz`, `/readyz` and `/openapi.json` are served.
   * @default true
   */
  readonly healthRoutes?: boolean;
  /**
   * Whether `/metrics` is served, for Prometheus; or what {@link createChatMetrics} returns, to read the metrics
   * elsewhere too. Metrics belong to one server.
   * @default true
   */
  readonly metrics?: boolean | ChatMetrics;
  /**
   * A directory of static files to serve next to the API, such as a chat page. It needs the package `@fastify/static`.
   * @default none
   */
  readonly staticDir?: string;
  /**
   * How passwords are hashed.
   * @default argon2id
   */
  readonly passwords?: PasswordHasher;
  /**
   * How tokens are signed and verified.
   * @default JWT with HS256 and `jwtSecret`
   */
  readonly tokens?: TokenSigner;
  /**
   * Shared state of several instances, such as {@link openRedisSharedState} returns.
   * @default in this process
   */
  readonly shared?: Partial<SharedState>;
}
