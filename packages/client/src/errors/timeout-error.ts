import { ChatError, nameError } from './chat-error.js';

/** No answer came in time. */
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
