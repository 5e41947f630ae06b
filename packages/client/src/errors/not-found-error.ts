import { ChatApiError, type RefusedAnswer } from './chat-api-error.js';
import { nameError } from './chat-error.js';

/** 404: there is no such thing, or it belongs to somebody else. */
export class NotFoundError extends ChatApiError {
  declare readonly code: 'not_found';

  constructor(answer: RefusedAnswer) {
    super(answer, 'not_found');
  }

  static {
    nameError(NotFoundError, 'NotFoundError');
  }
}
