/**
 * Hashes and verifies passwords.
 *
 * @example
 * ```ts
 * import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
 * import { promisify } from 'node:util';
 * import type { PasswordHasher } from '@chat/server';
 *
 * // The hash format of another program.
 * const derive = promisify<string, string, number, Buffer>(scrypt);
 * const passwords: PasswordHasher = {
 *   async hash(password) {
 *     const salt = randomBytes(16).toString('hex');
 *     return `${salt}:${(await derive(password, salt, 32)).toString('hex')}`;
 *   },
 *   async verify(hash, password) {
 *     const [salt = '', key = ''] = hash.split(':');
 *     return timingSafeEqual(Buffer.from(key, 'hex'), await derive(password, salt, 32));
 *   },
 * };
 * ```
 */
export interface PasswordHasher {
  /** Returns a hash that contains everything `verify` needs. */
  hash(password: string): Promise<string>;
  /** Whether the hash was created from this password. */
  verify(hash: string, password: string): Promise<boolean>;
  /**
   * How many passwords are verified at a time. Verifying on all processors of the machine would slow down all other calls.
   * @default 2
   */
  readonly concurrency?: number;
}
