import { ChatError, nameError } from './chat-error.js';

/**
 * A message of a socket left, and nothing tells what became of it or of its answer.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'outcome_unknown')) console.log('Look into the history before sending it again.');
 * ```
 */
export class OutcomeUnknownError extends ChatError {
  declare readonly code: 'outcome_unknown';
  /** The message; look into the history before sending it again. */
  readonly content: string;

  constructor(content: string, why: string, options?: { readonly cause?: unknown }) {
    super('outcome_unknown', `The outcome of the message is unknown: ${why}`, options);
    this.content = content;
  }

  static {
    nameError(OutcomeUnknownError, 'OutcomeUnknownError');
  }
}
