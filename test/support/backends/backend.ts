/** The extensions of a backend. A suite adapts its expectations to them. */
export interface Extensions {
  /** A frame's `id` is returned, and a repeated frame is stored once. */
  readonly acknowledgement: boolean;
  /** `Idempotency-Key` on `POST /chat`. */
  readonly idempotency: boolean;
  /** `id`, `sessionId` and `status` on messages. */
  readonly identity: boolean;
  /** `replyTo` on replies. */
  readonly replyTo: boolean;
  readonly heartbeat: boolean;
  readonly sessions: boolean;
  readonly feedback: boolean;
  readonly minimalResponses: boolean;
  readonly streaming: boolean;
  readonly receipts: boolean;
  readonly rateLimitNotice: boolean;
  /** `Retry-After` on a 429. */
  readonly retryAfter: boolean;
}

export interface BackendSetup {
  /** Passwords by username. */
  readonly users: Readonly<Record<string, string>>;
  /** The default is what the API document says. */
  readonly limits?: {
    readonly loginsPerMinute?: number;
    readonly messagesPerMinute?: number;
    readonly socketsPerUser?: number;
  };
  /** @default 3600 */
  readonly tokenLifetimeSeconds?: number;
  /** The assistant; @default it repeats the message */
  readonly reply?: (content: string) => string | Promise<string>;
  /** The interval of heartbeats and pings, if the backend has them. */
  readonly heartbeatMs?: number;
}

export interface StoredMessage {
  readonly role: string;
  readonly content: string;
  readonly timestamp: string;
}

/** A backend that a test can stop and start again. Messages survive a restart. */
export interface RestartableBackend {
  /** The current port; it changes with each start. */
  readonly port: number;
  start(): Promise<void>;
  /** Stops with a close frame to each client, or as if the machine failed. */
  stop(how: 'gracefully' | 'abruptly'): Promise<void>;
  /** All stored messages of a user, oldest first. */
  messages(username: string): Promise<readonly StoredMessage[]>;
  /** Checks the stored data. @returns one sentence per inconsistency */
  storeErrors(): Promise<readonly string[]>;
  /** Stops and releases all resources. */
  dispose(): Promise<void>;
}

/** A backend in the test's process, with controls for its internals. */
export interface Backend extends RestartableBackend {
  /** Advances the backend's clock, and no other: rate limit windows, sessions and tokens age. */
  advanceClock(ms: number): void;
  /** Expires every token. */
  expireTokens(): void;
  /** Terminates open sockets without a close frame. */
  dropSockets(): void;
  /** The number of sockets that the backend has not released. */
  openSockets(): number;
}

/** A kind of backend: its name, its extensions, and a factory. */
export interface BackendKind<Made extends RestartableBackend = Backend> {
  readonly name: string;
  readonly extensions: Extensions;
  /** How it rejects a socket: with a close code after the upgrade, or with an HTTP status instead of it. */
  readonly rejectsBy: 'close code' | 'status';
  create(setup: BackendSetup): Promise<Made>;
}
