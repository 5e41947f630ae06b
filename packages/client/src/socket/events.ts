import type { ChatError } from '../errors/chat-error.js';
import type { Message } from '../types/models.js';

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
 * The fields of every status.
 *
 * @example
 * ```ts
 * import type { SocketStatusFields } from '@chat/client';
 *
 * const describe = ({ timestamp, content }: SocketStatusFields) => `${timestamp} ${content}`;
 * socket.on('status', (status) => console.log(describe(status)));
 * ```
 */
export interface SocketStatusFields {
  /** `system` for the server itself, `assistant` for the assistant. */
  role: string;
  /** A sentence for the user. */
  content: string;
  /** ISO 8601. */
  timestamp: string;
}

/**
 * The assistant generates a reply (extension `typing`).
 *
 * @example
 * ```ts
 * import type { TypingStatus } from '@chat/client';
 *
 * socket.on('typing', ({ content }: TypingStatus) => console.log(content));
 * ```
 */
export interface TypingStatus extends SocketStatusFields {
  /** The event name. */
  event: 'typing';
  /** The id of the question (extension `reply-to`). */
  replyTo?: string | undefined;
}

/**
 * Another socket of the user marked messages as read (extension `receipts`).
 *
 * @example
 * ```ts
 * import type { ReadStatus } from '@chat/client';
 *
 * socket.on('read', ({ id }: ReadStatus) => console.log(`Read up to ${id}.`));
 * ```
 */
export interface ReadStatus extends SocketStatusFields {
  /** The event name. */
  event: 'read';
  /** The id of the last message that was read. */
  id?: string | undefined;
}

/**
 * A message was rejected by a rate limit; the socket sends it again later (extension `rate-limit-notice`).
 *
 * @example
 * ```ts
 * import type { RateLimitedStatus } from '@chat/client';
 *
 * const describe = ({ content, retryAfterMs = 0 }: RateLimitedStatus) =>
 *   `${content} Sending continues in ${Math.ceil(retryAfterMs / 1000)} s.`;
 * socket.on('status', (status) => {
 *   if (status.event === 'rate_limited') console.log(describe(status));
 * });
 * ```
 */
export interface RateLimitedStatus extends SocketStatusFields {
  /** The event name. */
  event: 'rate_limited';
  /** The `clientId` of the message. */
  id?: string | undefined;
  /** How long sending is paused, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/**
 * A message was rejected, or its reply failed.
 *
 * @example
 * ```ts
 * import type { ErrorStatus } from '@chat/client';
 *
 * const show = ({ content }: ErrorStatus) => console.log(`Error: ${content}`);
 * socket.on('status', (status) => {
 *   if (status.event === 'error') show(status);
 * });
 * ```
 */
export interface ErrorStatus extends SocketStatusFields {
  /** The event name. */
  event: 'error';
  /** The `clientId` of the message. */
  id?: string | undefined;
}

/**
 * A reply was stopped before it had any text: its question stays without a reply (extension `stop`). With text, a reply
 * that was stopped arrives as a `message` with `stopped: true`.
 *
 * @example
 * ```ts
 * import type { StoppedStatus } from '@chat/client';
 *
 * const describe = ({ id }: StoppedStatus) => `There is no reply to ${id}.`;
 * socket.on('status', (status) => {
 *   if (status.event === 'stopped') console.log(describe(status));
 * });
 * ```
 */
export interface StoppedStatus extends SocketStatusFields {
  /** The event name. */
  event: 'stopped';
  /** The id of the question. */
  id?: string | undefined;
}

/**
 * Any other status. A backend with only the core sends statuses without an event. A newer server may send an event that this
 * version does not know; its name is there at run time, but not in this type.
 *
 * @example
 * ```ts
 * import type { OtherStatus } from '@chat/client';
 *
 * const describe = ({ event, content }: OtherStatus) => `${event ?? 'status'}: ${content}`;
 * socket.on('status', (status) => {
 *   if (status.event === undefined) console.log(describe(status));
 * });
 * ```
 */
export interface OtherStatus extends SocketStatusFields {
  /** Not an event that this version knows. */
  event?: undefined;
}

/**
 * A status of the server, by `event`: `content` is for the user, `event` for the program. Greetings and heartbeats are
 * not delivered.
 *
 * @example
 * ```ts
 * import type { SocketStatus } from '@chat/client';
 *
 * function describe(status: SocketStatus): string {
 *   switch (status.event) {
 *     case 'rate_limited':
 *       return `${status.content} Sending continues in ${status.retryAfterMs} ms.`;
 *     case 'read':
 *       return `Read up to ${status.id}.`;
 *     default:
 *       return status.content;
 *   }
 * }
 * socket.on('status', (status) => console.log(describe(status)));
 * ```
 */
export type SocketStatus =
  | TypingStatus
  | ReadStatus
  | RateLimitedStatus
  | ErrorStatus
  | StoppedStatus
  | OtherStatus;

/**
 * A part of a reply that is being generated (option `stream`). The parts that a socket delivers for one reply follow each
 * other without a gap, also if it connected during the reply or reconnected: joined together they are a prefix of the
 * message. Only a backend without `offset` does not send the rest of a reply that was interrupted.
 *
 * @example
 * ```ts
 * import type { SocketDelta } from '@chat/client';
 *
 * const socket = client.connect({ stream: true });
 * let draft = '';
 * socket.on('delta', ({ content }: SocketDelta) => (draft += content));
 * socket.on('message', ({ role }) => {
 *   if (role === 'assistant') draft = ''; // the message contains the complete reply
 * });
 * ```
 */
export interface SocketDelta extends SocketStatusFields {
  /** The event name. */
  event: 'delta';
  /** The next part of the reply. */
  content: string;
  /** The id of the message that will contain the complete reply. */
  id?: string | undefined;
  /**
   * The position of this part in the reply, in UTF-16 code units, like a string's `length`; undefined on a backend without
   * the extension `reply-in-progress`.
   */
  offset?: number | undefined;
}

/**
 * The state of a {@link ChatSocket}. `closed` is final.
 *
 * @example
 * ```ts
 * import type { SocketState } from '@chat/client';
 *
 * const colors: Record<SocketState, string> = {
 *   connecting: 'yellow',
 *   open: 'green',
 *   waiting: 'orange',
 *   closed: 'red',
 * };
 * socket.on('state', ({ state }) => console.log(colors[state]));
 * ```
 */
export type SocketState = SocketStateChange['state'];

/**
 * The cause of a state change. A field is missing if it does not apply.
 *
 * @example
 * ```ts
 * import type { SocketStateCause } from '@chat/client';
 *
 * const describe = ({ code, reason, error }: SocketStateCause) =>
 *   error instanceof Error ? error.message : `${code} ${reason}`;
 * socket.on('state', (change) => {
 *   if (change.state === 'waiting') console.log(describe(change));
 * });
 * ```
 */
export interface SocketStateCause {
  /** The close code, if a WebSocket ended: 1006 without a close frame. `signed_out` if the user has logged out. */
  code?: number | 'signed_out';
  /** The reason in the close frame; empty without one. */
  reason?: string;
  /** The error, if there was one. */
  error?: unknown;
}

/**
 * A state change with its cause, by `state`. Only `waiting` has `retryInMs`; `open` has no cause.
 *
 * @example
 * ```ts
 * import type { SocketStateChange } from '@chat/client';
 *
 * function describe(change: SocketStateChange): string {
 *   switch (change.state) {
 *     case 'waiting':
 *       return `Disconnected (${change.code}); next attempt in ${Math.ceil(change.retryInMs / 1000)} s.`;
 *     case 'closed':
 *       return `Closed: ${change.reason ?? ''}`;
 *     default:
 *       return change.state;
 *   }
 * }
 * socket.on('state', (change) => console.log(describe(change)));
 * ```
 */
export type SocketStateChange =
  | (SocketStateCause & {
      /** The new state: an attempt to connect. */
      state: 'connecting';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
    })
  | {
      /** The new state: the backend accepted the connection. */
      state: 'open';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
      /** Never set: an open connection has no cause. */
      code?: undefined;
      /** Never set: an open connection has no cause. */
      reason?: undefined;
      /** Never set: an open connection has no cause. */
      error?: undefined;
    }
  | (SocketStateCause & {
      /** The new state: a connection was lost or an attempt failed. */
      state: 'waiting';
      /** Milliseconds until the next attempt. */
      retryInMs: number;
    })
  | (SocketStateCause & {
      /** The new state: closed permanently. */
      state: 'closed';
      /** Never set: only `waiting` has a delay. */
      retryInMs?: undefined;
    });

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
