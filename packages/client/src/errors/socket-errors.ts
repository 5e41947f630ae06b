import { ChatError, setErrorNames } from './chat-error.js';

/**
 * The socket is closed and does not reconnect. Its code is `signed_out` when the user has logged out, for example in
 * another tab, and `socket_closed` otherwise.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'socket_closed')) console.log(error.closeCode, error.reason);
 * ```
 */
export class SocketClosedError extends ChatError {
  declare readonly code: 'socket_closed' | 'signed_out';
  /** The WebSocket close code; undefined when the connection ended without one. */
  readonly closeCode: number | undefined;
  /** The close reason; empty when there was none. */
  readonly reason: string;

  constructor(
    message: string,
    closeCode?: number,
    reason = '',
    options?: { readonly cause?: unknown },
    code: 'socket_closed' | 'signed_out' = 'socket_closed',
  ) {
    super(code, message, options);
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/** The error of a client whose user has logged out, or was replaced by another one. */
export function signedOutError(): SocketClosedError {
  return new SocketClosedError(
    'The user has logged out or changed, for example in another tab: call login() to continue.',
    undefined,
    '',
    {},
    'signed_out',
  );
}

/**
 * - `overflow`: the queue was full.
 * - `expired`: the message waited longer than `queue.ttlMs`.
 * - `rejected`: the backend does not accept the message.
 * - `closed`: the socket was closed before the message was sent.
 *
 * @example
 * ```ts
 * import { isChatError, type MessageNotSentReason } from '@chat/client';
 *
 * const texts: Record<MessageNotSentReason, string> = {
 *   overflow: 'Too many messages are waiting.',
 *   expired: 'The connection was lost for too long.',
 *   rejected: 'The chat does not accept this message.',
 *   closed: 'The chat was closed.',
 * };
 * if (isChatError(error, 'not_sent')) console.log(texts[error.reason], error.content);
 * ```
 */
export type MessageNotSentReason = 'overflow' | 'expired' | 'rejected' | 'closed';

/**
 * The message was not stored; it is safe to send it again.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'not_sent')) console.log(`Restore the draft: ${error.content}`);
 * ```
 */
export class MessageNotSentError extends ChatError {
  declare readonly code: 'not_sent';
  /** Why it was not sent. */
  readonly reason: MessageNotSentReason;
  /** The text of the message. */
  readonly content: string;

  constructor(
    reason: MessageNotSentReason,
    content: string,
    why: string,
    options?: { readonly cause?: unknown },
  ) {
    super('not_sent', `The message was not sent: ${why}`, options);
    this.reason = reason;
    this.content = content;
  }
}

/**
 * The message was sent, but the client cannot know whether it was stored, or which reply belongs to it.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'outcome_unknown')) console.log('Check the history before you send it again.');
 * ```
 */
export class OutcomeUnknownError extends ChatError {
  declare readonly code: 'outcome_unknown';
  /** The text of the message; check the history before you send it again. */
  readonly content: string;

  constructor(content: string, why: string, options?: { readonly cause?: unknown }) {
    super('outcome_unknown', `The outcome of the message is unknown: ${why}`, options);
    this.content = content;
  }
}

/**
 * A `for await` loop over a socket fell too far behind: its buffer is full, and events would be lost.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'slow_reader')) console.log('Do less work inside the loop.');
 * ```
 */
export class SlowReaderError extends ChatError {
  declare readonly code: 'slow_reader';

  constructor(limit: number) {
    super('slow_reader', `The iteration over the socket fell more than ${limit} events behind.`);
  }
}

setErrorNames({ SocketClosedError, MessageNotSentError, OutcomeUnknownError, SlowReaderError });
