import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 400: the backend does not accept what was sent; `detail` says why.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'bad_request')) console.log(error.detail);
 * ```
 */
export class BadRequestError extends ChatApiError {
  declare readonly code: 'bad_request';

  constructor(answer: RefusedAnswer) {
    super(answer, 'bad_request');
  }

  static {
    nameError(BadRequestError, 'BadRequestError');
  }
}
