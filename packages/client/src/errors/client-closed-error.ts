import { ChatError, nameError } from './chat-error.js';

/** `close()` was called on the client. */
export class ClientClosedError extends ChatError {
  declare readonly code: 'client_closed';

  constructor() {
    super('client_closed', 'The client is closed.');
  }

  static {
    nameError(ClientClosedError, 'ClientClosedError');
  }
}
