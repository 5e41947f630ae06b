/** What a backend can beyond the API document, as data: a suite expects accordingly. */
export interface Extensions {
  /** A frame's `id` comes back, and a repeat of it is stored once. */
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
  readonly shortAnswers: boolean;
  readonly streaming: boolean;
  readonly receipts: boolean;
  readonly limitNotice: boolean;
  /** `Retry-After` on a 429. */
  readonly retryAfter: boolean;
}

export interface BackendSetup {
  /** Passwords by username. */
  readonly users: Readonly<Record<string, string>>;
  /** The document's figures where nothing else is said. */
  readonly limits?: {
    readonly loginsPerMinute?: number;
    readonly messagesPerMinute?: number;
    readonly socketsPerUser?: number;
  };
  /** @default 3600 */
  readonly tokenLifetimeSeconds?: number;
  /** The assistant; it repeats what was said unless told otherwise. */
  readonly reply?: (content: string) => string | Promise<string>;
  /** Where the backend has heartbeats: how often they and its pings come. */
  readonly heartbeatMs?: number;
}

export interface StoredMessage {
  readonly role: string;
  readonly content: string;
  readonly timestamp: string;
}

/** A backend that a test runs, stops and starts again; what was said outlives a stop. */
export interface RestartableBackend {
  /** The port of the moment; another one after each start. */
  readonly port: number;
  start(): Promise<void>;
  /** Stops: with a goodbye, or as if the machine went down. */
  stop(how: 'gracefully' | 'abruptly'): Promise<void>;
  /** All that is stored of a user, oldest first. */
  messages(username: string): Promise<readonly StoredMessage[]>;
  /** What the backend itself finds wrong with what it stored, as sentences. */
  faults(): Promise<readonly string[]>;
  /** Stops for good and gives everything back. */
  dispose(): Promise<void>;
}

/** One in the process of the test, which reaches into it. */
export interface Backend extends RestartableBackend {
  /** Its own clock moves on: its windows, sessions and tokens grow older, and nobody else's. */
  skip(ms: number): void;
  /** Every token stops being good at once. */
  expireTokens(): void;
  /** Ends open sockets without a word. */
  dropSockets(): void;
  /** Sockets that the backend has not let go. */
  openSockets(): number;
}

/** A kind of backend: what it is called, what it can, how one is made. */
export interface BackendKind<Made extends RestartableBackend = Backend> {
  readonly name: string;
  readonly extensions: Extensions;
  /** How a dial is refused: after an upgrade by a close code, or instead of one by a status. */
  readonly refusesBy: 'close code' | 'status';
  create(setup: BackendSetup): Promise<Made>;
}
