import type { SendableSocket } from './sendable-socket.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * What a check may need of the world around a backend. `chat-server verify` has a URL and a user and
 * nothing else; the test suites of this repository can do more.
 */
export type Need =
  /** Another user, to look for leaks between two. */
  | 'second-user'
  /** A user who never wrote. */
  | 'fresh-user'
  /** Hours that pass at once. */
  | 'clock'
  /** An assistant that fails when told to. */
  | 'failing-assistant'
  /** An assistant that answers in pieces, and only when told to. */
  | 'held-assistant'
  /** Telling the backend to stop. */
  | 'drain'
  /** An `Origin` header of one's own on an upgrade. */
  | 'origin'
  /** A client that does not answer pings. */
  | 'silent-client'
  /** A client that does not read, and an allowance that lets one fill its line. */
  | 'slow-reader';

export interface DialOptions {
  /** `origin` */
  readonly origin?: string;
  /** `silent-client`: never answers a ping. */
  readonly silent?: boolean;
  /** `slow-reader`: takes nothing off the line. */
  readonly deaf?: boolean;
}

/** The figures that the backend was configured with. */
export interface HarnessLimits {
  readonly loginsPerWindow: number;
  readonly messagesPerWindow: number;
  readonly windowMs: number;
  readonly socketsPerUser: number;
  readonly contentMaxLength: number;
}

/** A backend under test and what can be done to it. */
export interface Harness {
  /** Where the backend is; `/api/v1` and `/ws/chat` are added. */
  readonly baseUrl: string;
  readonly user: Credentials;
  readonly fetch: typeof globalThis.fetch;
  dial(url: string, options?: DialOptions): SendableSocket;
  /** Lets time pass on the backend: a real wait, or a turn of its clock. */
  wait(ms: number): Promise<void>;
  readonly limits: HarnessLimits;
  /** How long one answer or frame may take, in ms of real time. */
  readonly patienceMs: number;
  /** Why a need cannot be met here; a need that is not named is met by its control below. */
  readonly cannot: Partial<Record<Need, string>>;

  /** `second-user` */
  readonly secondUser?: Credentials;
  /** `fresh-user` */
  freshUser?(): Promise<Credentials>;
  /** `failing-assistant`: the next `times` replies fail. */
  failAssistant?(times: number): void;
  /** `held-assistant`: replies wait until they are released. */
  holdAssistant?(): HeldAssistant;
  /** `drain`: the backend begins to stop while one answer is still under way. */
  drain?(): Promise<Stopping>;
}

export interface Stopping {
  /** Lets the answer under way end, and with it the backend. */
  finish(): void;
  /** Resolves when the backend serves again. */
  resume(): Promise<void>;
}

export interface HeldAssistant {
  /** Resolves when a reply is waited for. */
  readonly asked: Promise<void>;
  /** Lets this one and all later replies go. */
  release(): void;
}
