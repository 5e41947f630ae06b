import { ChatError, nameError } from './chat-error.js';

/**
 * No answer came in time.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'timeout')) console.log(`No answer in ${error.timeoutMs} ms.`);
 * ```
 */
export class TimeoutError extends ChatError {
  declare readonly code: 'timeout';
  /** The time that was given, in milliseconds. */
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super('timeout', `${what} took longer than ${timeoutMs} ms.`);
    this.timeoutMs = timeoutMs;
  }

  static {
    nameError(TimeoutError, 'TimeoutError');
  }
}
