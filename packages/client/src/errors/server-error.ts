import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 5xx: the backend failed, is overloaded or is stopping.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'server_error')) console.log(`Tell the operator: ${error.requestId}`);
 * ```
 */
export class ServerError extends ChatApiError {
  declare readonly code: 'server_error';
  /** How long the backend asked to be left alone, in milliseconds, when it did. */
  readonly retryAfterMs: number | undefined;

  constructor(answer: RefusedAnswer) {
    super(answer, 'server_error');
    this.retryAfterMs = answer.retryAfterMs;
  }

  static {
    nameError(ServerError, 'ServerError');
  }
}
