/**
 * Where the client tells what it does. `console` fits. No line holds a token or a password.
 *
 * @example
 * ```ts
 * import { ChatClient, type ChatLogger } from '@chat/client';
 *
 * // Of a chatty client only what somebody should look at.
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
  /** Each try of a call, each move of a socket. */
  debug(text: string, fields?: Record<string, unknown>): void;
  /** What an operator may like to know. */
  info(text: string, fields?: Record<string, unknown>): void;
  /** What went wrong and was mended. */
  warn(text: string, fields?: Record<string, unknown>): void;
  /** What went wrong in the application's own hooks and listeners. */
  error(text: string, fields?: Record<string, unknown>): void;
}
