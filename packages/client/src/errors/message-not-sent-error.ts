import { ChatError, nameError } from './chat-error.js';

/**
 * - `overflow`: the queue was full.
 * - `expired`: it waited longer than `queue.ttlMs`.
 * - `refused`: the backend does not accept it.
 * - `closed`: the socket was closed before it could leave.
 *
 * @example
 * ```ts
 * import { isChatError, type NotSentReason } from '@chat/client';
 *
 * const because: Record<NotSentReason, string> = {
 *   overflow: 'Too much is waiting already.',
 *   expired: 'The line was down for too long.',
 *   refused: 'The chat does not accept this message.',
 *   closed: 'The chat was closed.',
 * };
 * if (isChatError(error, 'not_sent')) console.log(because[error.reason], error.content);
 * ```
 */
export type NotSentReason = 'overflow' | 'expired' | 'refused' | 'closed';

/**
 * A message of a socket that is surely not stored; it may be sent again.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'not_sent')) console.log(`Back into the draft: ${error.content}`);
 * ```
 */
export class MessageNotSentError extends ChatError {
  declare readonly code: 'not_sent';
  /** Why not. */
  readonly reason: NotSentReason;
  /** The message, to be given back to who wrote it. */
  readonly content: string;

  constructor(
    reason: NotSentReason,
    content: string,
    why: string,
    options?: { readonly cause?: unknown },
  ) {
    super('not_sent', `The message was not sent: ${why}`, options);
    this.reason = reason;
    this.content = content;
  }

  static {
    nameError(MessageNotSentError, 'MessageNotSentError');
  }
}
