import { ChatError, nameError } from './chat-error.js';

/**
 * The caller's own signal ended it; `cause` is the signal's reason.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'aborted')) console.log('Called off:', error.cause);
 * ```
 */
export class AbortError extends ChatError {
  declare readonly code: 'aborted';

  constructor(what: string, options?: { readonly cause?: unknown }) {
    super('aborted', `${what} was aborted.`, options);
  }

  static {
    nameError(AbortError, 'AbortError');
  }
}
