import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/**
 * 429: over the allowance, and waiting longer than `retry.maxWaitMs` or trying more often would be needed.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'rate_limited')) console.log(`Again in ${error.retryAfterMs} ms.`);
 * ```
 */
export class RateLimitError extends ChatApiError {
  declare readonly code: 'rate_limited';
  /** How long to wait before the next try, in milliseconds; 0 when the backend did not say. */
  readonly retryAfterMs: number;

  constructor(answer: RefusedAnswer) {
    super(answer, 'rate_limited');
    this.retryAfterMs = answer.retryAfterMs ?? 0;
  }

  static {
    nameError(RateLimitError, 'RateLimitError');
  }
}
