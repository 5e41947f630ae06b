import { ChatError, nameError } from './chat-error.js';

/**
 * An iteration over a socket fell so far behind that going on would have cost events or memory.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'slow_reader')) console.log('Do less between two events of the loop.');
 * ```
 */
export class SlowReaderError extends ChatError {
  declare readonly code: 'slow_reader';

  constructor(limit: number) {
    super('slow_reader', `The iteration over the socket fell more than ${limit} events behind.`);
  }

  static {
    nameError(SlowReaderError, 'SlowReaderError');
  }
}
