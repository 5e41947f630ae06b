import type { SocketMessage } from './events.js';

/** Something said. */
export interface Outgoing {
  /** Resolves with the stored message, or with the answer to it where one was asked for. */
  readonly promise: Promise<SocketMessage>;
  /** The caller no longer wants it; what already left cannot be called back. */
  drop(error: Error): void;
}

/** What the outbox knows of it. */
export interface Entry extends Outgoing {
  readonly id: string;
  readonly content: string;
  readonly bytes: number;
  readonly expiresAt: number;
  settle(message: SocketMessage): void;
  /** It left on the line that is up. */
  onLine?: boolean;
  /** A copy left, and may be stored: with its id, by which a server with acknowledgements knows the next one again, or bare. */
  left?: 'with id' | 'bare' | undefined;
  /** As the server has it, once that is known. */
  stored?: SocketMessage;
  /** A line broke since: its answer may have come meanwhile. */
  throughBreak?: boolean;
}
