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
