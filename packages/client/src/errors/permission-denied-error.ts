import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 403: known, and not allowed.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'permission_denied')) console.log(error.detail);
 * ```
 */
export class PermissionDeniedError extends ChatApiError {
  declare readonly code: 'permission_denied';

  constructor(answer: RefusedAnswer) {
    super(answer, 'permission_denied');
  }

  static {
    nameError(PermissionDeniedError, 'PermissionDeniedError');
  }
}
