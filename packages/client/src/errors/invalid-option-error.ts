import { ChatError, nameError } from './chat-error.js';

/**
 * An option has a wrong value. The message names the option and what it must be, never the value.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'invalid_option')) console.log(`Look at the option ${error.option}.`);
 * ```
 */
export class InvalidOptionError extends ChatError {
  declare readonly code: 'invalid_option';
  /** The option's name, such as `retry.limit`. */
  readonly option: string;

  constructor(option: string, expectation: string) {
    super('invalid_option', `Option "${option}" must be ${expectation}.`);
    this.option = option;
  }

  static {
    nameError(InvalidOptionError, 'InvalidOptionError');
  }
}
