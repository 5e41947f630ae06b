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
  readonly route: ChatRoute;
  readonly method: string;
  readonly url: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** May be added to, for tracing say. The token is not among them. */
  readonly headers: Record<string, string>;
}

/** An answer that came. */
export interface ResponseState {
  readonly route: ChatRoute;
  readonly method: string;
  readonly url: string;
  readonly attempt: number;
  readonly status: number;
  /** By lower-case name, cookies left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the request's leaving to the whole answer, in milliseconds. */
  readonly durationMs: number;
}

/** A try that failed and will be followed by another. */
export interface RetryState {
  readonly route: ChatRoute;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** How long the client waits now, in milliseconds. */
  readonly delayMs: number;
  readonly error: ChatError;
}

/** A token that was got: the first one, or in the place of another. */
export interface TokenRefreshedState {
  readonly reason: 'initial' | 'expiring' | 'rejected';
  /** When it expires by the local clock, in milliseconds since the epoch; unknown for opaque tokens. */
  readonly expiresAt: number | undefined;
}

/** Each is told one named state. A hook that throws is logged and harms no call. */
export interface ChatHooks {
  /** Awaited before the request leaves. */
  onRequest?: ((state: RequestState) => void | Promise<void>) | undefined;
  onResponse?: ((state: ResponseState) => void) | undefined;
  onRetry?: ((state: RetryState) => void) | undefined;
  onTokenRefreshed?: ((state: TokenRefreshedState) => void) | undefined;
}
