import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 401: wrong credentials, or a token that was refused again after it was refreshed.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'authentication_failed')) console.log('Wrong name or password.');
 * ```
 */
export class AuthenticationError extends ChatApiError {
  declare readonly code: 'authentication_failed';

  constructor(answer: RefusedAnswer) {
    super(answer, 'authentication_failed');
  }

  static {
    nameError(AuthenticationError, 'AuthenticationError');
  }
}
