import type { RawQuery, RouteName } from '@chat/contract';
import type {
  Assistant,
  Clock,
  FanOut,
  IdGenerator,
  Logger,
  PasswordHasher,
  RateLimiter,
  SocketLeases,
  TokenSigner,
  TurnQueue,
} from './ports/index.js';
import type { Store } from './ports/store.js';

/** One request, from any adapter: Fastify, the mock, a test. */
export interface ChatRequest {
  /** Identifies the request in the logs. The adapter returns it in `X-Request-Id`. */
  readonly id: string;
  /** The client's address; the login rate limit counts it. */
  readonly ip: string;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  readonly query: RawQuery;
  /** The parsed JSON body. Reading it throws an `HttpError` when the body is invalid. */
  readonly body: unknown;
  /**
   * Receives the body, when the adapter has not received it yet: an unauthorized request is rejected before its body is
   * read. Rejects with an `HttpError` when the body is too large or incomplete.
   */
  receiveBody?(): Promise<void>;
  /** Whether the response is sent without its body, as for HEAD. */
  readonly headOnly?: boolean;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortState;
  /**
   * Calls `listener` once when the response is sent, or when the client disconnected. Without it, a response counts as sent
   * when it is returned.
   */
  onSent?(listener: () => void): void;
}

/** What the domain reads of an `AbortSignal`. */
export type AbortState = Pick<AbortSignal, 'aborted'>;

interface ResponseHead {
  readonly status: number;
  /** In addition to those that the adapter sends with every response. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A response with server-sent events, as text. Iterating it waits for the next event; an adapter may end it at any time. */
export interface StreamedResponse extends ResponseHead {
  readonly events: AsyncIterable<string>;
}

export interface ChatResponse extends ResponseHead {
  /** The body, as JSON. A large one is an iterable of its parts, which are read from the store when they are needed. */
  readonly json: string | AsyncIterable<string>;
}

/** The methods of an accepted WebSocket that the domain uses. */
export interface SocketPeer {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Closes the connection without a close frame. */
  terminate(): void;
  /** Sends a protocol ping; missing when the runtime cannot. */
  ping?(): void;
  /** Bytes passed to `send` that are not yet written to the network. */
  bufferedBytes(): number;
}

/** The events that an adapter reports for a socket. */
export interface SocketHandler {
  onMessage(data: string | Uint8Array): void;
  onPing(): void;
  onPong(): void;
  onClose(): void;
}

export interface SocketRequest {
  /** `token` of the URL, not validated. */
  readonly token: string | undefined;
  readonly origin: string | undefined;
  /** The `Host` header; pages of this host are allowed. */
  readonly host: string | undefined;
  /** Whether the URL has `stream=1`. */
  readonly stream: boolean;
}

/**
 * A user to add when the server starts.
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
  /** Stored as a hash. */
  readonly password: string;
}

export interface ChatApi {
  /** Handles a request to a route. Never rejects: an error becomes an error response. */
  handle(route: RouteName, request: ChatRequest): Promise<ChatResponse | StreamedResponse>;
  /** Handles an accepted socket. To reject it, the domain closes it with a code. */
  open(peer: SocketPeer, request: SocketRequest): SocketHandler;
  /** Adds a message of the assistant without a question. Resolves when it is stored. */
  pushMessage(userId: string, content: string): Promise<void>;
  /** Adds a user. Returns false when the name is taken. */
  addUser(user: UserCredentials): Promise<boolean>;
  /** Rejects new work, waits for work in flight and closes all sockets with 1012. */
  drain(): Promise<void>;
}

/**
 * The configurable limits. The defaults are those of the protocol.
 *
 * @example
 * ```ts
 * import { type ChatLimits, createChatServer } from '@chat/server';
 *
 * // Missing limits keep their defaults.
 * const limits: Partial<ChatLimits> = { messagesPerWindow: 600, tokenLifetimeMs: 15 * 60_000 };
 * const app = await createChatServer({ limits });
 * ```
 */
export interface ChatLimits {
  /**
   * Maximum number of login attempts per address in `windowMs`.
   * @default 5
   */
  loginsPerWindow: number;
  /**
   * Maximum number of messages per user in `windowMs`, over REST and sockets together.
   * @default 60
   */
  messagesPerWindow: number;
  /**
   * The sliding window of both rate limits, in milliseconds.
   * @default 60000
   */
  windowMs: number;
  /**
   * Maximum number of open sockets per user.
   * @default 3
   */
  socketsPerUser: number;
  /**
   * Lifetime of a token, in milliseconds; at most ten years.
   * @default 3600000
   */
  tokenLifetimeMs: number;
  /**
   * Idle time after which the next message starts a new session, in milliseconds.
   * @default 1800000
   */
  sessionIdleMs: number;
  /**
   * Maximum number of messages of a session, replies included. A message that would exceed it, with its reply, starts a new
   * session.
   * @default 2000
   */
  sessionMaxMessages: number;
  /**
   * Maximum size of the content of a session, in bytes of UTF-8. A message that would exceed it starts a new session. The
   * reply to a message always belongs to its session.
   * @default 4194304
   */
  sessionMaxBytes: number;
  /**
   * Maximum length of a message, in Unicode code points.
   * @default 8000
   */
  contentMaxLength: number;
  /**
   * How long the response to an idempotency key is stored, in milliseconds.
   * @default 86400000
   */
  idempotencyLifetimeMs: number;
  /**
   * Longest time without a frame on an open socket, in milliseconds.
   * @default 25000
   */
  heartbeatMs: number;
  /**
   * Time between two pings of a socket, in milliseconds. A socket that did not answer the previous ping is closed.
   * @default 30000
   */
  pingMs: number;
  /**
   * Number of invalid frames in a row after which a socket is closed.
   * @default 20
   */
  maxConsecutiveBadFrames: number;
  /**
   * Maximum number of buffered bytes per socket. A socket that exceeds it is closed as too slow.
   * @default 1048576
   */
  outboxMaxBytes: number;
  /**
   * Timeout of the assistant, in milliseconds.
   * @default 60000
   */
  assistantTimeoutMs: number;
  /**
   * Maximum length of a reply, in UTF-16 code units. A longer one is cut off, with `truncated: "length"`. The text of a reply
   * in progress is held in memory.
   * @default 1000000
   */
  replyMaxLength: number;
  /**
   * Maximum number of streamed responses (server-sent events) of one user at the same time. Further ones are rejected with
   * 429.
   * @default 16
   */
  streamsPerUser: number;
  /**
   * Maximum number of responses with stored data (pages, statistics, whole sessions) that are created or sent at the same
   * time for one user, and of request bodies above 16 KiB that are received; at least 1. Further requests wait.
   * @default 4
   */
  readsPerUser: number;
  /**
   * Maximum number of requests of one user that wait for the {@link ChatLimits.readsPerUser}. Further ones are rejected with
   * 429.
   * @default 128
   */
  maxQueuedReads: number;
  /**
   * Maximum number of turns of one user that wait for the running one.
   * @default 256
   */
  maxQueuedTurns: number;
  /**
   * Maximum number of logins that wait until their password is verified; further ones get a 503. Two passwords are
   * verified at a time, each in about 10 ms.
   * @default 100
   */
  maxQueuedLogins: number;
  /**
   * Maximum number of frames that a socket may send in `windowMs`, of any kind. A socket that sends more is closed with
   * 1008.
   * @default 600 and ten times `messagesPerWindow`
   */
  maxFramesPerWindow: number;
  /**
   * Maximum size of the frames that a socket may send in `windowMs`, in bytes. A socket that sends more is closed with
   * 1008.
   * @default 2 MiB and six bytes per character of `messagesPerWindow` messages of the maximum length
   */
  maxFrameBytesPerWindow: number;
}

export interface ChatApiDependencies {
  readonly store: Store;
  readonly assistant: Assistant;
  readonly clock: Clock;
  readonly idGenerator: IdGenerator;
  readonly passwords: PasswordHasher;
  readonly tokens: TokenSigner;
  readonly limiter: RateLimiter;
  readonly leases: SocketLeases;
  readonly turns: TurnQueue;
  readonly fanOut: FanOut;
  readonly logger: Logger;
  readonly limits: ChatLimits;
  /** Origins that may open a socket, in addition to the server's own; `*` allows all. */
  readonly allowedOrigins: readonly string[];
  /** IANA name of the time zone of the daily statistics. */
  readonly timeZone: string;
  /** Runs `admit`, which starts the turn of a message frame, in the trace that the frame names. */
  readonly traceFrame?: (
    userId: string,
    traceparent: string | undefined,
    admit: () => Promise<void>,
  ) => Promise<void>;
}
