import { ChatError, nameError } from './chat-error.js';

/**
 * `close()` was called on the client.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'client_closed')) console.log('The page is going away.');
 * ```
 */
export class ClientClosedError extends ChatError {
  declare readonly code: 'client_closed';

  constructor() {
    super('client_closed', 'The client is closed.');
  }

  static {
    nameError(ClientClosedError, 'ClientClosedError');
  }
}
