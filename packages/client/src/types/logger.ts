/**
 * Receives the log messages of the client, for example `console`. No message contains a token or a password.
 *
 * @example
 * ```ts
 * import { ChatClient, type ChatLogger } from '@chat/client';
 *
 * // Only warnings and errors.
 * const logger: ChatLogger = {
 *   debug() {},
 *   info() {},
 *   warn: (text, fields) => console.warn(`chat: ${text}`, fields),
 *   error: (text, fields) => console.error(`chat: ${text}`, fields),
 * };
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   logger,
 * });
 * ```
 */
export interface ChatLogger {
  /** Each attempt of a call, each state of a socket. */
  debug(text: string, fields?: Record<string, unknown>): void;
  /** Events such as a login. */
  info(text: string, fields?: Record<string, unknown>): void;
  /** A problem from which the client recovers, such as a retry. */
  warn(text: string, fields?: Record<string, unknown>): void;
  /** An error in the application's hooks and listeners. */
  error(text: string, fields?: Record<string, unknown>): void;
}
