import type { Logger } from '../../domain/ports/index.js';

/**
 * The logger of a server: a {@link Logger} with the two further levels and the child loggers that Fastify uses. The result
 * of `pino()` is one.
 *
 * @example
 * ```ts
 * import { createChatServer, type ServerLogger } from '@chat/server';
 * import { pino } from 'pino';
 *
 * const logger: ServerLogger = pino({ level: 'warn' });
 * const app = await createChatServer({ logger });
 * ```
 */
export interface ServerLogger extends Logger {
  /** The lowest level that is logged. */
  level: string;
  /** Logs details for debugging a single request. */
  trace(fields: object, text?: string): void;
  /** Logs an error that ends the process. */
  fatal(fields: object, text?: string): void;
  /** A logger that adds `bindings` to every line. `options.serializers` convert fields by their name. */
  child(bindings: object, options?: object): ServerLogger;
}
