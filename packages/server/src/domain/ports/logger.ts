/**
 * A structured logger with the methods of pino that the server uses.
 *
 * @example
 * ```ts
 * import { type Logger, openRedisSharedState } from '@chat/server';
 *
 * const logger: Logger = {
 *   debug() {},
 *   info: (fields, text) => console.log(text, fields),
 *   warn: (fields, text) => console.warn(text, fields),
 *   error: (fields, text) => console.error(text, fields),
 * };
 * const shared = await openRedisSharedState({ url: 'redis://127.0.0.1:6379', logger });
 * ```
 */
export interface Logger {
  /** Details for debugging. */
  debug(fields: object, text: string): void;
  /** Normal events. */
  info(fields: object, text: string): void;
  /** Problems that the server handles itself. */
  warn(fields: object, text: string): void;
  /** Failures that need attention. */
  error(fields: object, text: string): void;
}
