// What the domain needs of the world. Adapters bring the real things, tests and the mock bring their own.

/** Time, in milliseconds since the epoch. Everything that waits or expires asks this clock. */
export interface Clock {
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the function it returns takes it back. */
  after(ms: number, task: () => void): () => void;
}

/** Where new identifiers come from; time-ordered, so that an index grows at its end. */
export interface Identifiers {
  next(): string;
}

/** Keeps passwords in a form that does not give them away. */
export interface PasswordHasher {
  /** A hash with everything in it that `verify` needs. */
  hash(password: string): Promise<string>;
  /** Whether the password is the one that was hashed. */
  verify(hash: string, password: string): Promise<boolean>;
}

/** The claims of our tokens (RFC 7519); times in whole seconds. */
export interface TokenClaims {
  /** The id of the user. */
  readonly sub: string;
  /** The id of the token; it is revoked by this. */
  readonly jti: string;
  /** When it was made, in seconds since the epoch. */
  readonly iat: number;
  /** When it stops being good, in seconds since the epoch. */
  readonly exp: number;
}

/** Signs and checks tokens: HS256 and nothing else. Expiry and revocation are judged by the domain. */
export interface TokenSigner {
  /** A token that says so. */
  sign(claims: TokenClaims): Promise<string>;
  /** The claims of a token with a good signature and a sound shape, `undefined` for any other. */
  verify(token: string): Promise<TokenClaims | undefined>;
}

/** Whether a {@link Limiter} lets something happen, and when to come back if not, in milliseconds. */
export type Allowance =
  | {
      /** It may happen, and is counted. */
      readonly granted: true;
    }
  | {
      /** It may not, and is not counted. */
      readonly granted: false;
      /** When it may, in milliseconds. */
      readonly retryAfterMs: number;
    };

/** Counts events in a sliding window: never more than `limit` in any `windowMs`. */
export interface Limiter {
  /** Counts one event of `key`, unless that would be more than `limit` in `windowMs` milliseconds. */
  take(key: string, limit: number, windowMs: number): Promise<Allowance>;
}

/** The live sockets of each user, over all instances; a lease that is not renewed runs out. */
export interface SocketLeases {
  /** False when the user already has `limit` sockets. */
  acquire(userId: string, socketId: string, limit: number): Promise<boolean>;
  /** Says that the socket is alive; to be called with each ping. */
  renew(userId: string, socketId: string): Promise<void>;
  /** Makes room at once, when the socket has ended. */
  release(userId: string, socketId: string): Promise<void>;
}

/** Runs the work of one key in order, one at a time, over all instances. */
export interface TurnQueue {
  /** @throws a problem of status 503 when too many wait for this key already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** What one instance tells all, itself included, in order for each user. */
export interface FanOut {
  /** Tells all instances. Never throws: what gets lost is found in the store. */
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
  follow(userId: string): {
    /** Resolves when frames of this user come, or at once when there is no hope of them. */
    readonly ready: Promise<void>;
    /** Frames of this user are not needed any more. */
    stop(): void;
  };
  /** Whether events are to be expected at all; while they are not, the store tells what is new. */
  isConnected(): boolean;
}

/** What one instance tells another. */
export type FanOutEvent =
  | {
      /** A frame for the user's sockets. */
      readonly kind: 'frame';
      /** The frame, ready to be sent. */
      readonly frame: string;
      /** The number of the stored message that it carries, when it carries one. */
      readonly seq?: number;
      /** Whether that message is noted as delivered already, or will be with its reply. */
      readonly delivered?: boolean;
      /** The one socket that is not to get it. */
      readonly exceptSocketId?: string;
      /** Whether only sockets that asked for a stream are to get it. */
      readonly streamOnly?: boolean;
    }
  | {
      /** A token is over. */
      readonly kind: 'revoked';
      /** Its id. */
      readonly jti: string;
    }
  | {
      /** Events of any user may have been lost: the store knows. */
      readonly kind: 'doubt';
    };

/** Structured logging, the shape of pino's methods that the domain uses. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** A message as an assistant is shown it. */
export interface AssistantMessage {
  /** Who wrote it. */
  readonly role: 'user' | 'assistant';
  /** The text, exactly as it was sent. */
  readonly content: string;
}

/** What an assistant is asked. */
export interface AssistantRequest {
  /** The newest messages of the session, oldest first; the last one is the one to answer. */
  readonly messages: readonly AssistantMessage[];
  /** The user who asks; an id, not the name. */
  readonly userId: string;
  /** Aborted when it takes too long, or when a caller without an idempotency key went away. */
  readonly signal: AbortSignal;
}

/** Whoever answers: a whole text, or its pieces as they come. */
export interface Assistant {
  /** Answers the last message. What it throws becomes a 503, and the message stays stored. */
  reply(request: AssistantRequest): AsyncIterable<string> | Promise<string>;
  /**
   * How many of the session's newest messages `reply` wants to see.
   * @default 50
   */
  readonly contextMessages?: number;
}
