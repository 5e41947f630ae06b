import { ChatError, nameError } from './chat-error.js';

/**
 * The backend answered with success, but not with what the contract says.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'invalid_response')) console.log(error.path, error.issue);
 * ```
 */
export class ResponseValidationError extends ChatError {
  declare readonly code: 'invalid_response';
  /** Where in the answer, such as `messages.0.role`; empty for the answer as a whole. */
  readonly path: string;
  /** What is wrong there, as a sentence. */
  readonly issue: string;
  /** `X-Request-Id` of the answer, to find it in the backend's log. */
  readonly requestId: string | undefined;

  constructor(call: string, path: string, issue: string, requestId?: string) {
    super('invalid_response', `The answer to ${call} does not fit the contract. ${issue}`);
    this.path = path;
    this.issue = issue;
    this.requestId = requestId;
  }

  static {
    nameError(ResponseValidationError, 'ResponseValidationError');
  }
}
