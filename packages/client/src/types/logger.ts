/** Where the client tells what it does. `console` fits. No line holds a token or a password. */
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
