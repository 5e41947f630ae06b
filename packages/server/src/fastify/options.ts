import type { Registry } from 'prom-client';
import type { ChatLimits } from '../chat/api.js';
import type {
  Assistant,
  Clock,
  FanOut,
  Limiter,
  PasswordHasher,
  SocketLeases,
  TokenSigner,
  TurnQueue,
} from '../chat/ports.js';
import type { Store } from '../chat/store.js';

/**
 * A user that exists as soon as the server does.
 *
 * @example
 * ```ts
 * import { createChatServer, type UserCredentials } from '@chat/server';
 *
 * const users: UserCredentials[] = [
 *   { username: 'ada', password: process.env.ADA_PASSWORD ?? '' },
 *   { username: 'bob', password: process.env.BOB_PASSWORD ?? '' },
 * ];
 * const app = await createChatServer({ users });
 * ```
 */
export interface UserCredentials {
  /** The name to log in with. */
  readonly username: string;
  /** Kept as a hash. */
  readonly password: string;
}

/**
 * What instances share in the moment. Each part defaults to one inside this process.
 *
 * @example
 * ```ts
 * import { createChatServer, type SharedState } from '@chat/server';
 *
 * // Only what counts logins is shared; the rest stays in this process.
 * const part: Partial<SharedState> = { limiter: shared.limiter, isUp: shared.isUp };
 * const app = await createChatServer({ store, shared: part });
 * ```
 */
export interface SharedState {
  /** Counts logins and messages. */
  readonly limiter: Limiter;
  /** Counts live sockets. */
  readonly leases: SocketLeases;
  /** One message of a user after the other. */
  readonly turns: TurnQueue;
  /** Frames and revocations. */
  readonly fanOut: FanOut;
  /** Whether it is shared at the moment; while it is not, each instance counts for itself. */
  isUp(): boolean;
}

/**
 * What the chat needs, in an application of its own or in yours.
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
   * Users to add. One whose name is known to the store already keeps the stored password.
   * @default none
   */
  readonly users?: readonly UserCredentials[];
  /**
   * Who answers.
   * @default an assistant that repeats what it was told
   */
  readonly assistant?: Assistant;
  /**
   * Where everything is kept. A store that you pass is yours to close.
   * @default in memory: forgotten when the process ends
   */
  readonly store?: Store;
  /**
   * Figures that differ from the defaults of the protocol.
   * @default {@link defaultLimits}
   */
  readonly limits?: Partial<ChatLimits>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /**
   * The key that tokens are signed with, at least 32 bytes long. Instances that serve one population need the same.
   * @default a random one: tokens end with the process
   */
  readonly jwtSecret?: string;
  /**
   * Origins whose pages may call the API and open sockets, such as `https://chat.example.com`; `*` is any.
   * @default none besides our own
   */
  readonly corsOrigins?: readonly string[];
  /**
   * IANA name of the zone whose days the statistics count.
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * Bytes of the largest request body that is read.
   * @default 262144, or more when `limits.contentMaxLength` needs it
   */
  readonly bodyLimitBytes?: number;
  /**
   * How long a stopping server waits for answers under way and for peers that do not read, in milliseconds;
   * a day at most.
   * @default 8000
   */
  readonly drainTimeoutMs?: number;
  /**
   * How long a stopping server still takes connections and answers them with 503, in milliseconds: what is
   * on its way hears that it stops, and a load balancer sees it, before lines are refused.
   * @default 0
   */
  readonly lameDuckMs?: number;
  /**
   * Whether `/healthz`, `/readyz` and `/openapi.json` are served.
   * @default true
   */
  readonly operations?: boolean;
  /**
   * Whether `/metrics` is served, for Prometheus; or the registry to put our metrics into, served as well.
   * @default true
   */
  readonly metrics?: boolean | Registry;
  /**
   * A directory of files to serve beside the API, such as a page to chat with.
   * @default none
   */
  readonly staticDir?: string;
  /**
   * How passwords are kept.
   * @default argon2id
   */
  readonly passwords?: PasswordHasher;
  /**
   * How tokens are made and checked.
   * @default JWT with HS256 and `jwtSecret`
   */
  readonly tokens?: TokenSigner;
  /** @default within this process */
  readonly shared?: Partial<SharedState>;
}
