// What the domain needs of the world. Adapters bring the real things, tests and the mock bring their own.

/** Time, in milliseconds since the epoch. Everything that waits or expires asks this clock. */
export interface Clock {
  now(): number;
  /** Runs `task` once after `ms`; the function it returns takes it back. */
  after(ms: number, task: () => void): () => void;
}

/** Where new identifiers come from; time-ordered, so that an index grows at its end. */
export interface Identifiers {
  next(): string;
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

/** The claims of our tokens (RFC 7519); times in whole seconds. */
export interface TokenClaims {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

/** Signs and checks tokens: HS256 and nothing else. Expiry and revocation are judged by the domain. */
export interface TokenSigner {
  sign(claims: TokenClaims): Promise<string>;
  /** The claims of a token with a good signature and a sound shape, `undefined` for any other. */
  verify(token: string): Promise<TokenClaims | undefined>;
}

export type Allowance =
  | { readonly granted: true }
  | { readonly granted: false; readonly retryAfterMs: number };

/** Counts events in a sliding window: never more than `limit` in any `windowMs`. */
export interface Limiter {
  take(key: string, limit: number, windowMs: number): Promise<Allowance>;
}

/** The live sockets of each user, over all instances; a lease that is not renewed runs out. */
export interface SocketLeases {
  /** False when the user already has `limit` sockets. */
  acquire(userId: string, socketId: string, limit: number): Promise<boolean>;
  renew(userId: string, socketId: string): Promise<void>;
  release(userId: string, socketId: string): Promise<void>;
}

/** Runs the work of one key in order, one at a time, over all instances. */
export interface TurnQueue {
  /** @throws {@link Problem} 503 when too many wait for this key already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** What one instance tells all, itself included, in order for each user. */
export interface FanOut {
  publish(userId: string, event: FanOutEvent): void;
  /**
   * Every `frame` of every user with a socket here, and every `revoked` of everybody: each instance
   * remembers tokens that it verified. Returns how to stop.
   */
  subscribe(listener: (userId: string, event: FanOutEvent) => void): () => void;
  /** Missing where all events come from this process, and none gets lost. */
  readonly remote?: RemoteFanOut;
}

/** Events that come from other instances too, over something that may lose them. */
export interface RemoteFanOut {
  /** From when `ready` resolves until `stop`, the frames of this user come here. Never rejects. */
  follow(userId: string): { readonly ready: Promise<void>; stop(): void };
  /** Whether events are to be expected at all; while they are not, the store tells what is new. */
  isConnected(): boolean;
}

export type FanOutEvent =
  /**
   * A frame for the user's sockets, ready to be sent; `seq` when it carries a stored message, and
   * `delivered` when that one is noted as delivered already.
   */
  | {
      readonly kind: 'frame';
      readonly frame: string;
      readonly seq?: number;
      readonly delivered?: boolean;
      readonly exceptSocketId?: string;
      readonly streamOnly?: boolean;
    }
  | { readonly kind: 'revoked'; readonly jti: string }
  /** Events of any user may have been lost: the store knows. */
  | { readonly kind: 'doubt' };

/** Structured logging, the shape of pino's methods that the domain uses. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface AssistantMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface AssistantRequest {
  /** The newest messages of the session, oldest first; the last one is the one to answer. */
  readonly messages: readonly AssistantMessage[];
  readonly userId: string;
  /** Aborted when it takes too long, or when a caller without an idempotency key went away. */
  readonly signal: AbortSignal;
}

/** Whoever answers: a whole text, or its pieces as they come. */
export interface Assistant {
  reply(request: AssistantRequest): AsyncIterable<string> | Promise<string>;
  /**
   * How many of the session's newest messages `reply` wants to see.
   * @default 50
   */
  readonly contextMessages?: number;
}
