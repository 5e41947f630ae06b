import type { SocketMessage } from '../events.js';

/** What a caller may set for one message. */
export interface OutgoingOptions {
  idempotencyKey?: string | undefined;
  isRepeat?: boolean | undefined;
  traceparent?: string | undefined;
}

/**
 * Sends a message in another way than over the socket. `wasSent`: it may be stored, and the backend recognises a repeat
 * by its id.
 */
export type SendInstead = (
  content: string,
  id: string,
  wasSent?: boolean,
) => Promise<SocketMessage>;

/** What a caller of `send` or `ask` gets. */
export interface SendHandle {
  /** Resolves with the stored message, or with the reply to it. */
  readonly promise: Promise<SocketMessage>;
  /** Gives the message up; it may be stored if it was sent already. */
  reject(error: Error): void;
  /** Stops the reply to it. */
  stopReply(): void;
}

/** A message whose promise is not settled. */
export interface PendingMessage extends SendHandle {
  readonly id: string;
  readonly content: string;
  readonly traceparent: string | undefined;
  readonly bytes: number;
  readonly expiresAt: number;
  resolve(message: SocketMessage | Promise<SocketMessage>): void;
  /** It was sent on the current connection. */
  inFlight?: boolean;
  /**
   * Set when it was sent, and may be stored: whether with its id. Only then does a server with acknowledgements
   * recognise a repeat.
   */
  sentWithId?: boolean | undefined;
  /** The message as the server stored it, once that is known. */
  storedMessage?: SocketMessage;
  /** A connection was lost since it was sent: its reply may have been missed. */
  spansReconnect?: boolean;
}
