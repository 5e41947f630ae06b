import type { Message } from '../types/models.js';
import type { SocketState } from './state-table.js';

/**
 * A message as a socket shows it, live or recovered from history.
 *
 * @example
 * ```ts
 * import type { SocketMessage } from '@chat/client';
 *
 * // What others said comes by the event, what one said oneself by the promise as well.
 * const shown: SocketMessage[] = [];
 * socket.on('message', (message) => shown.push(message));
 * const stored: SocketMessage = await socket.send('Hello');
 * console.log(stored.id, stored.timestamp, stored.clientId);
 * ```
 */
export interface SocketMessage extends Message {
  /** The id that the sender's own socket gave the message. */
  clientId?: string | undefined;
}

/**
 * What a status frame says: `content` for people, `event` for the program.
 *
 * @example
 * ```ts
 * import type { SocketStatus } from '@chat/client';
 *
 * socket.on('status', ({ event, content, retryAfterMs }: SocketStatus) => {
 *   if (event === 'rate_limited') console.log(`${content} Sending goes on in ${retryAfterMs} ms.`);
 * });
 * ```
 */
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

/**
 * A piece of a reply that is being made (option `stream`).
 *
 * @example
 * ```ts
 * import type { SocketDelta } from '@chat/client';
 *
 * const socket = client.connect({ stream: true });
 * let draft = '';
 * socket.on('delta', ({ content }: SocketDelta) => (draft += content));
 * socket.on('message', ({ role }) => {
 *   if (role === 'assistant') draft = ''; // the whole reply has come in its place
 * });
 * ```
 */
export interface SocketDelta {
  /** The piece. */
  content: string;
  /** The id of the message to come. */
  id?: string | undefined;
}

/**
 * A move from one state to the next, with why and what comes after.
 *
 * @example
 * ```ts
 * import type { StateChange } from '@chat/client';
 *
 * function line({ state, code, retryInMs = 0 }: StateChange): string {
 *   if (state === 'waiting') return `The line is down (${code}); again in ${Math.ceil(retryInMs / 1000)} s.`;
 *   return state === 'closed' ? 'The chat is closed.' : '';
 * }
 * socket.on('state', (change) => console.log(line(change)));
 * ```
 */
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

/**
 * How the gap between two connections was filled.
 *
 * @example
 * ```ts
 * import type { Recovered } from '@chat/client';
 *
 * const tell = ({ count, complete }: Recovered) => {
 *   if (count > 0) console.log(`${count} messages came while you were away.`);
 *   if (!complete) console.log('There may be more: look into the history.');
 * };
 * socket.on('recovered', tell);
 * ```
 */
export interface Recovered {
  /** Messages that were missed and have been shown now. */
  count: number;
  /** False when messages may be missing: history was out of reach, or the gap larger than `recover.maxMessages`. */
  complete: boolean;
}

/**
 * The events of a {@link ChatSocket}, by name.
 *
 * @example
 * ```ts
 * import type { SocketEvents } from '@chat/client';
 *
 * // A log of what happens, whatever it is.
 * const log = <Name extends keyof SocketEvents>(name: Name) =>
 *   socket.on(name, (event: SocketEvents[Name]) => console.log(name, event));
 * log('state');
 * log('recovered');
 * ```
 */
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

/**
 * What iterating over a socket yields.
 *
 * @example
 * ```ts
 * import type { SocketEvent } from '@chat/client';
 *
 * function line({ type, data }: SocketEvent): string {
 *   return type === 'message' ? `${data.role}: ${data.content}` : `(${data.content})`;
 * }
 * for await (const event of socket) console.log(line(event));
 * ```
 */
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
