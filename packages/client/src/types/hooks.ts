import type { ChatError } from '../errors/chat-error.js';

/** The calls by their names in the protocol. */
export type ChatRoute =
  | 'login'
  | 'logout'
  | 'sendMessage'
  | 'history'
  | 'sessions'
  | 'feedback'
  | 'chatStats'
  | 'messageStats';

/** A request that is about to leave. */
export interface RequestState {
  /** Which call it is. */
  readonly route: ChatRoute;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The whole URL; no call but the socket has a token in it. */
  readonly url: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** May be added to, for tracing say. The token is not among them. */
  readonly headers: Record<string, string>;
}

/** An answer that came. */
export interface ResponseState {
  /** Which call it was. */
  readonly route: ChatRoute;
  /** `GET` or `POST`. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The HTTP status, also that of a refusal. */
  readonly status: number;
  /** By lower-case name, cookies left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the request's leaving to the whole answer, in milliseconds. */
  readonly durationMs: number;
}

/** A try that failed and will be followed by another. */
export interface RetryState {
  /** Which call it is. */
  readonly route: ChatRoute;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** How long the client waits now, in milliseconds. */
  readonly delayMs: number;
  /** Why the try failed. */
  readonly error: ChatError;
}

/** A token that was got: the first one, or in the place of another. */
export interface TokenRefreshedState {
  /** The first token, one in the place of a token near its end, or of one that was refused. */
  readonly reason: 'initial' | 'expiring' | 'rejected';
  /** When it expires by the local clock, in milliseconds since the epoch; unknown for opaque tokens. */
  readonly expiresAt: number | undefined;
}

/** Each is told one named state. A hook that throws is logged and harms no call. */
export interface ChatHooks {
  /** Awaited before the request leaves. */
  onRequest?: ((state: RequestState) => void | Promise<void>) | undefined;
  /** After each answer, refusals included. */
  onResponse?: ((state: ResponseState) => void) | undefined;
  /** Before the wait that precedes another try. */
  onRetry?: ((state: RetryState) => void) | undefined;
  /** After a token was got; the token itself is not told. */
  onTokenRefreshed?: ((state: TokenRefreshedState) => void) | undefined;
}
