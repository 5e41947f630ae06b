import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 404: there is no such thing, or it belongs to somebody else.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'not_found')) console.log('That message is gone.');
 * ```
 */
export class NotFoundError extends ChatApiError {
  declare readonly code: 'not_found';

  constructor(answer: RefusedAnswer) {
    super(answer, 'not_found');
  }

  static {
    nameError(NotFoundError, 'NotFoundError');
  }
}
