/**
 * Redis is there and does not let us in: waiting would not help.
 *
 * @example
 * ```ts
 * import { RedisRefusedError } from '@chat/server';
 *
 * if (error instanceof RedisRefusedError) console.log('Look at the user and the password in the URL.');
 * ```
 */
export class RedisRefusedError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'RedisRefusedError';
  }
}
