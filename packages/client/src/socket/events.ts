import type { Message } from '../types/models.js';
import type { SocketState } from './state-table.js';

/** A message as a socket shows it, live or recovered from history. */
export interface SocketMessage extends Message {
  /** The id that the sender's own socket gave the message. */
  clientId?: string | undefined;
}

/** What a status frame says: `content` for people, `event` for the program. */
export interface SocketStatus {
  /** `system` where the server speaks for itself. */
  role: string;
  /** A sentence that a person can read. */
  content: string;
  /** ISO 8601. */
  timestamp: string;
  /** The machine's word, such as `typing`, `read`, `rate_limited` or `error`; a core-only backend sends none. */
  event?: string | undefined;
  /** The message or frame that the event is about. */
  id?: string | undefined;
  /** Of a limit notice: how long sending is held, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** A piece of a reply that is being made (option `stream`). */
export interface SocketDelta {
  /** The piece. */
  content: string;
  /** The id of the message to come. */
  id?: string | undefined;
}

/** A move from one state to the next, with why and what comes after. */
export interface StateChange {
  /** Where the socket stands now. */
  state: SocketState;
  /** The close code that led here. */
  code?: number;
  /** The reason that came with the close code. */
  reason?: string;
  /** In `waiting`: milliseconds until the next dial. */
  retryInMs?: number;
  /** What went wrong. */
  error?: unknown;
}

/** How the gap between two connections was filled. */
export interface Recovered {
  /** Messages that were missed and have been shown now. */
  count: number;
  /** False when messages may be missing: history was out of reach, or the gap larger than `recover.maxMessages`. */
  complete: boolean;
}

/** The events of a {@link ChatSocket}, by name. */
export interface SocketEvents {
  /** A message of the user or the assistant; each once, in the server's order. */
  message: SocketMessage;
  /** A status for people to read: everything but heartbeats and deltas. */
  status: SocketStatus;
  /** A piece of the reply to come. */
  delta: SocketDelta;
  /** The assistant is at work. */
  typing: SocketStatus;
  /** Another socket of the user marked all messages up to `id` as read. */
  read: SocketStatus;
  /** The connection moved on. */
  state: StateChange;
  /** The gap after a reconnect has been filled. */
  recovered: Recovered;
}

/** What iterating over a socket yields. */
export type SocketEvent =
  | {
      /** A message of the user or the assistant. */
      type: 'message';
      /** The message. */
      data: SocketMessage;
    }
  | {
      /** Everything else, deltas included. */
      type: 'status';
      /** What it says. */
      data: SocketStatus;
    };
