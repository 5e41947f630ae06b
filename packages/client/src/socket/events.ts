import type { ChatError } from '../errors/chat-error.js';
import type { Message } from '../types/models.js';
import type { SocketStateChange } from './state-change.js';
import type { ReadStatus, SocketDelta, SocketStatus, TypingStatus } from './status-events.js';

/**
 * A message that a socket delivers, live or recovered from history.
 *
 * @example
 * ```ts
 * import type { SocketMessage } from '@chat/client';
 *
 * // Messages of all devices arrive as events; `send` also resolves with its message.
 * const messages: SocketMessage[] = [];
 * socket.on('message', (message) => messages.push(message));
 * const stored: SocketMessage = await socket.send('Hello');
 * console.log(stored.id, stored.timestamp, stored.clientId);
 * ```
 */
export interface SocketMessage extends Message {
  /** The id that the sender's socket gave to the message. */
  clientId?: string | undefined;
}

/**
 * The result of the recovery after a reconnect.
 *
 * @example
 * ```ts
 * import type { RecoveryResult } from '@chat/client';
 *
 * const report = ({ count, complete }: RecoveryResult) => {
 *   if (count > 0) console.log(`${count} messages arrived while you were offline.`);
 *   if (!complete) console.log('There may be more messages in the history.');
 * };
 * socket.on('recovered', report);
 * ```
 */
export interface RecoveryResult {
  /** The number of missed messages that were delivered. */
  count: number;
  /** False if messages may be missing: the history could not be read, or the gap was larger than `recover.maxMessages`. */
  complete: boolean;
}

/**
 * The events of a {@link ChatSocket}, by name.
 *
 * @example
 * ```ts
 * import type { SocketEvents } from '@chat/client';
 *
 * const log = <Name extends keyof SocketEvents>(name: Name) =>
 *   socket.on(name, (event: SocketEvents[Name]) => console.log(name, event));
 * log('state');
 * log('recovered');
 * ```
 */
export interface SocketEvents {
  /** A message of the user or the assistant; each once, in the server's order. */
  message: SocketMessage;
  /** Every status except heartbeats and deltas. */
  status: SocketStatus;
  /** A part of a reply that is being generated. */
  delta: SocketDelta;
  /** The assistant generates a reply. */
  typing: TypingStatus;
  /** Another socket of the user marked all messages up to `id` as read. */
  read: ReadStatus;
  /** The state changed. */
  state: SocketStateChange;
  /** The gap after a reconnect was filled. */
  recovered: RecoveryResult;
  /**
   * A problem from which the socket recovers automatically: an invalid frame, which is ignored (`invalid_response`), a failed
   * connection attempt, or a lost connection. Without a listener, nothing is thrown. The error of a socket that closes
   * permanently is in the state `closed`.
   */
  error: ChatError;
}

/**
 * What iterating over a socket yields.
 *
 * @example
 * ```ts
 * import type { SocketEvent } from '@chat/client';
 *
 * function describe({ type, data }: SocketEvent): string {
 *   return type === 'message' ? `${data.role}: ${data.content}` : `(${data.content})`;
 * }
 * for await (const event of socket) console.log(describe(event));
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
      /** Every other event, including deltas. */
      type: 'status';
      /** The status or delta. */
      data: SocketStatus | SocketDelta;
    };
