import { ChatError, type ChatErrorCode, nameError } from './chat-error.js';

/**
 * An answer that was a refusal, as errors are made from it.
 *
 * @example
 * ```ts
 * import { RateLimitError, type RefusedAnswer } from '@chat/client';
 *
 * // In a test of your own: how does the page look when the allowance is spent?
 * const refused: RefusedAnswer = {
 *   call: 'POST /chat',
 *   status: 429,
 *   detail: 'Too many messages.',
 *   headers: { 'retry-after': '30' },
 *   attempts: 1,
 *   retryAfterMs: 30_000,
 * };
 * const spent = new RateLimitError(refused);
 * ```
 */
export interface RefusedAnswer {
  /** Method and path, such as `POST /chat`. */
  readonly call: string;
  /** The HTTP status. */
  readonly status: number;
  /** The backend's own sentence. */
  readonly detail: string;
  /** `X-Request-Id` of the answer. */
  readonly requestId?: string | undefined;
  /** By lower-case names, cookies left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** How often the call was tried. */
  readonly attempts: number;
  /** What `Retry-After` said, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The backend answered with an error status.
 *
 * @example
 * ```ts
 * import { ChatApiError } from '@chat/client';
 *
 * if (error instanceof ChatApiError) console.log(error.status, error.detail, error.requestId);
 * ```
 */
export class ChatApiError extends ChatError {
  /** The HTTP status. */
  readonly status: number;
  /** The backend's own sentence. */
  readonly detail: string;
  /** `X-Request-Id` of the answer, to find it in the backend's log. */
  readonly requestId: string | undefined;
  /** The answer's headers by their lower-case names, cookies left out. */
  declare readonly headers: Readonly<Record<string, string>>;
  /** How often the call was tried, this time included; 0 when it was held back without being sent. */
  readonly attempts: number;

  constructor(answer: RefusedAnswer, code: ChatErrorCode = 'api_error') {
    super(code, `${answer.call} was answered with ${answer.status}: ${answer.detail}`);
    this.status = answer.status;
    this.detail = answer.detail;
    this.requestId = answer.requestId;
    // Not shown with the error: twenty lines of them would hide what it says.
    Object.defineProperty(this, 'headers', { value: answer.headers });
    this.attempts = answer.attempts;
  }

  static {
    nameError(ChatApiError, 'ChatApiError');
  }
}
