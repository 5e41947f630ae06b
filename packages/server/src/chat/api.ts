import type { RawQuery, RouteName } from '@chat/contract';
import type {
  Assistant,
  Clock,
  FanOut,
  Identifiers,
  Limiter,
  Logger,
  PasswordHasher,
  SocketLeases,
  TokenSigner,
  TurnQueue,
} from './ports.js';
import type { Store } from './store.js';

/** One call, as any door hands it in: Fastify, the mock, a test. */
export interface ChatRequest {
  /** Under which the call is found in the logs; the door tells its caller. */
  readonly id: string;
  /** The client's address as text; decides the login allowance. */
  readonly ip: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  readonly query: RawQuery;
  /** The parsed JSON body; asking for it throws a `Problem` when it is none. */
  readonly body: unknown;
  /**
   * Waits for the body, where it is not there from the beginning: who may not call is refused before it
   * is read. Rejects with a `Problem` when it is too large, or does not come whole.
   */
  arrived?(): Promise<void>;
  /** Whether the answer leaves without its body, as that to a HEAD does. */
  readonly headOnly?: boolean;
  /** Aborted when the caller went away. */
  readonly signal?: AbortSignal;
}

export interface ChatAnswer {
  readonly status: number;
  /** Besides those that a door puts on every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, as JSON. */
  readonly json: string;
}

/** The little that the socket session needs of a WebSocket that was accepted. */
export interface SocketPeer {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Cuts the line without a close frame. */
  terminate(): void;
  /** A protocol ping, where the runtime can send one. */
  ping?(): void;
  /** Bytes handed to `send` that the network has not taken yet. */
  bufferedBytes(): number;
}

/** What a door tells the session of its socket. */
export interface SocketSession {
  received(data: string | Uint8Array): void;
  ponged(): void;
  closed(): void;
}

export interface SocketRequest {
  /** `token` from the URL, unchecked. */
  readonly token: string | undefined;
  readonly origin: string | undefined;
  /** The host that was dialled, to tell "our own" origin. */
  readonly host: string | undefined;
  /** Whether `stream=1` was asked for. */
  readonly stream: boolean;
}

export interface ChatApi {
  /** Answers a call to a route. Never rejects: what goes wrong is an answer too. */
  handle(route: RouteName, request: ChatRequest): Promise<ChatAnswer>;
  /** Takes over an accepted socket; a refusal is `close` with its code. */
  open(peer: SocketPeer, request: SocketRequest): SocketSession;
  /** The assistant speaks first. Resolves when the message is stored. */
  push(userId: string, content: string): Promise<void>;
  /** Adds a user; false when the name is taken. */
  addUser(user: { username: string; password: string }): Promise<boolean>;
  /** Stops taking work, lets what is under way finish, closes sockets with 1012. */
  drain(): Promise<void>;
}

/**
 * The figures a server may change; each default is the contract's.
 *
 * @example
 * ```ts
 * import { type ChatLimits, createChatServer } from '@chat/server';
 *
 * // What is left out keeps its default.
 * const limits: Partial<ChatLimits> = { messagesPerWindow: 600, tokenLifetimeMs: 15 * 60_000 };
 * const app = await createChatServer({ limits });
 * ```
 */
export interface ChatLimits {
  /**
   * Logins that one address may try in `windowMs`.
   * @default 5
   */
  loginsPerWindow: number;
  /**
   * Messages that one user may send in `windowMs`, over REST and sockets together.
   * @default 60
   */
  messagesPerWindow: number;
  /**
   * The time that both allowances are counted over, in milliseconds; it slides.
   * @default 60000
   */
  windowMs: number;
  /**
   * Live sockets that one user may have.
   * @default 3
   */
  socketsPerUser: number;
  /**
   * How long a token is good, in milliseconds; ten years at most.
   * @default 3600000
   */
  tokenLifetimeMs: number;
  /**
   * The silence after which the next message begins a new session, in milliseconds.
   * @default 1800000
   */
  sessionIdleMs: number;
  /**
   * Characters (code points) that a message may have.
   * @default 8000
   */
  contentMaxLength: number;
  /**
   * How long the answer to a key is remembered, in milliseconds.
   * @default 86400000
   */
  idempotencyLifetimeMs: number;
  /**
   * The longest silence of a socket that is alive, in milliseconds.
   * @default 25000
   */
  heartbeatMs: number;
  /**
   * The time between two pings of a socket, in milliseconds; one that left the last one unanswered is dropped.
   * @default 30000
   */
  pingMs: number;
  /**
   * Bad frames in a row that close a socket.
   * @default 20
   */
  badFramesInARow: number;
  /**
   * Bytes that may wait for a socket before it is closed as too slow.
   * @default 1048576
   */
  outboxMaxBytes: number;
  /**
   * How long the assistant may take before the call fails, in milliseconds.
   * @default 60000
   */
  assistantTimeoutMs: number;
  /**
   * Turns of one user that may wait behind the one under way.
   * @default 256
   */
  turnsWaiting: number;
}

export interface ChatApiDependencies {
  readonly store: Store;
  readonly assistant: Assistant;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenSigner;
  readonly limiter: Limiter;
  readonly leases: SocketLeases;
  readonly turns: TurnQueue;
  readonly fanOut: FanOut;
  readonly logger: Logger;
  readonly limits: ChatLimits;
  /** Origins besides our own that may open a socket; `*` is any. */
  readonly allowedOrigins: readonly string[];
  /** IANA name of the zone whose days the statistics count. */
  readonly timeZone: string;
}
