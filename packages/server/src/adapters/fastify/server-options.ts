import type { ChatPluginOptions } from './options.js';
import type { ServerLogger } from './server-logger.js';

/**
 * Timeouts of HTTP connections, in milliseconds.
 *
 * @example
 * ```ts
 * import { createChatServer, type Timeouts } from '@chat/server';
 *
 * // Close idle connections before the load balancer does, which closes them after a minute.
 * const timeouts: Timeouts = { idleMs: 50_000 };
 * const app = await createChatServer({ timeouts, limits: { assistantTimeoutMs: 45_000 } });
 * ```
 */
export interface Timeouts {
  /**
   * From the first byte of a request to the end of its headers.
   * @default 10000
   */
  readonly headersMs?: number;
  /**
   * From the first byte of a request to the end of its body.
   * @default 30000
   */
  readonly requestMs?: number;
  /**
   * How long a connection may be idle in both directions. Must be longer than the assistant's timeout.
   * @default 120000, or more when `limits.assistantTimeoutMs` needs it
   */
  readonly idleMs?: number;
}

/**
 * Options of {@link createChatServer}.
 *
 * @example
 * ```ts
 * import { type ChatServerOptions, createChatServer, openSqliteStore } from '@chat/server';
 * import { pino } from 'pino';
 *
 * const options: ChatServerOptions = {
 *   store: await openSqliteStore({ path: './chat.db' }),
 *   jwtSecret: process.env.CHAT_JWT_SECRET ?? '',
 *   trustProxy: ['10.0.0.0/8'],
 *   logger: pino(),
 * };
 * const app = await createChatServer(options);
 * ```
 */
export interface ChatServerOptions extends ChatPluginOptions {
  /**
   * The proxies whose `X-Forwarded-For` is trusted: their number, or their addresses and networks (`10.0.0.0/8`,
   * `loopback`). The rate limit of logins uses that address.
   * @default none: the address of the connection is used
   */
  readonly trustProxy?: number | readonly string[];
  /**
   * A logger such as `pino()`. Use `pino({ level: 'silent' })` for no output. It never receives tokens, passwords or
   * messages.
   * @default warnings and errors on the console, such as the error of a failing assistant
   */
  readonly logger?: ServerLogger;
  /**
   * Timeouts of HTTP connections.
   * @default those of {@link Timeouts}
   */
  readonly timeouts?: Timeouts;
}
