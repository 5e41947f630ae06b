import { AuthenticationError } from './authentication-error.js';
import { BadRequestError } from './bad-request-error.js';
import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { NotFoundError } from './not-found-error.js';
import { PermissionDeniedError } from './permission-denied-error.js';
import { RateLimitError } from './rate-limit-error.js';
import { ServerError } from './server-error.js';

/** The error whose class tells the status. */
export function createApiError(answer: RefusedAnswer) {
  if (answer.status >= 500) return new ServerError(answer);
  switch (answer.status) {
    case 400:
      return new BadRequestError(answer);
    case 401:
      return new AuthenticationError(answer);
    case 403:
      return new PermissionDeniedError(answer);
    case 404:
      return new NotFoundError(answer);
    case 429:
      return new RateLimitError(answer);
    default:
      return new ChatApiError(answer);
  }
}
