export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * What a check may need apart from the backend itself. `chat-server verify` has only a URL and a user;
 * the test suites of this repository have more.
 */
export type Capability =
  /** A second user who also sends messages, to find data that leaks between users. */
  | 'second-user'
  /** A user without messages. */
  | 'fresh-user'
  /** A clock that can be advanced by hours. */
  | 'clock'
  /** A token that expires during the check. */
  | 'token-expiry'
  /** An assistant that fails on demand. */
  | 'failing-assistant'
  /** An assistant that replies in chunks, and only when it is released. */
  | 'held-assistant'
  /** A backend that can be stopped and started again. */
  | 'drain'
  /** Setting the `Origin` header of a WebSocket upgrade. */
  | 'origin'
  /** A WebSocket client that does not answer pings. */
  | 'silent-client'
  /** A WebSocket client that does not read, and a rate limit high enough to fill its send buffer. */
  | 'slow-reader'
  /** A limit of four messages per session. */
  | 'short-sessions';

export interface SocketOptions {
  /** `origin` */
  readonly origin?: string;
  /** `silent-client`: does not answer pings. */
  readonly silent?: boolean;
  /** `slow-reader`: does not read from the connection. */
  readonly neverReads?: boolean;
}

/** The part of the WebSocket standard that the checks use; `ws`, browsers and mocks all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

/** The limits that the backend was configured with. */
export interface HarnessLimits {
  readonly loginsPerWindow: number;
  readonly messagesPerWindow: number;
  readonly windowMs: number;
  readonly socketsPerUser: number;
  readonly contentMaxLength: number;
}

/** A backend under test, with controls for it. */
export interface Harness {
  /** The URL of the backend, without `/api/v1` and `/ws/chat`. */
  readonly baseUrl: string;
  readonly user: Credentials;
  readonly fetch: typeof globalThis.fetch;
  openSocket(url: string, options?: SocketOptions): WebSocketLike;
  /** Lets time pass on the backend: waits in real time, or advances its clock. */
  wait(ms: number): Promise<void>;
  readonly limits: HarnessLimits;
  /** Timeout for one response or frame, in ms of real time. */
  readonly timeoutMs: number;
  /** The capabilities that this harness does not have, each with the reason. The others have a control below. */
  readonly missingCapabilities: Partial<Record<Capability, string>>;

  /** `second-user` */
  readonly secondUser?: Credentials;
  /** `token-expiry`: the same token with a lifetime of seconds. Without it, the checks wait for the token's lifetime. */
  shortenToken?(token: string): string;
  /** `fresh-user` */
  freshUser?(): Promise<Credentials>;
  /** `failing-assistant`: the next `times` replies fail. */
  failAssistant?(times: number): void;
  /** `held-assistant`: replies wait until they are released. */
  holdAssistant?(): HeldAssistant;
  /** `drain`: starts to stop the backend while one response is still in progress. */
  drain?(): Promise<StoppingBackend>;
}

export interface StoppingBackend {
  /** Completes the response in progress; the backend stops after it. */
  finish(): void;
  /** Starts the backend again. */
  resume(): Promise<void>;
}

export interface HeldAssistant {
  /** Resolves when the backend has requested a reply. */
  readonly requested: Promise<void>;
  /** Sends the first chunk of this reply. Missing when the assistant replies as a whole. */
  begin?(): void;
  /** Completes this reply and no longer delays later ones. */
  release(): void;
}
