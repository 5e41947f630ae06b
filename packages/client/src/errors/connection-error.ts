import { ChatError, nameError } from './chat-error.js';

/**
 * No answer came: no route, refused, cut, or blocked by the browser. `cause` says what the runtime said.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'connection_failed')) console.log('Are you offline?', error.cause);
 * ```
 */
export class ConnectionError extends ChatError {
  declare readonly code: 'connection_failed';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('connection_failed', message, options);
  }

  static {
    nameError(ConnectionError, 'ConnectionError');
  }
}
