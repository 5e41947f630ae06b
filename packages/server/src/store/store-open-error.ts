/**
 * A store that cannot be used as it is configured: the sentence says what is wrong and what to do.
 *
 * @example
 * ```ts
 * import { StoreOpenError } from '@chat/server';
 *
 * if (error instanceof StoreOpenError) process.exit(1);
 * ```
 */
export class StoreOpenError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StoreOpenError';
  }
}
