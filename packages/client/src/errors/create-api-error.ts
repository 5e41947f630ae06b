import { AuthenticationError } from './authentication-error.js';
import { BadRequestError } from './bad-request-error.js';
import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { NotFoundError } from './not-found-error.js';
import { PermissionDeniedError } from './permission-denied-error.js';
import { RateLimitError } from './rate-limit-error.js';
import { ServerError } from './server-error.js';

const classes: { readonly [status: number]: new (answer: RefusedAnswer) => ChatApiError } = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  429: RateLimitError,
};

/** The error whose class tells the status. */
export function createApiError(answer: RefusedAnswer): ChatApiError {
  const { status } = answer;
  const Class = classes[status] ?? (status >= 500 ? ServerError : ChatApiError);
  return new Class(answer);
}
