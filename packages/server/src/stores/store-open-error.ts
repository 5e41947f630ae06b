/**
 * A store cannot be opened as it is configured. The message says what is wrong and what to do.
 *
 * @example
 * ```ts
 * import { StoreOpenError } from '@chat/server';
 *
 * if (error instanceof StoreOpenError) process.exit(1);
 * ```
 */
export class StoreOpenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreOpenError';
  }
}
