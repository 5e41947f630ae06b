/**
 * Redis rejects the user name, the password or the number of the database, or the user lacks permissions. A retry does not
 * help.
 *
 * @example
 * ```ts
 * import { RedisAuthError } from '@chat/server';
 *
 * if (error instanceof RedisAuthError) console.log('Check the Redis URL and the permissions of its user.');
 * ```
 */
export class RedisAuthError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RedisAuthError';
  }
}
