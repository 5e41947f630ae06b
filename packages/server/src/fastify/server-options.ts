import type { FastifyBaseLogger } from 'fastify';
import type { ChatPluginOptions } from './options.js';

/**
 * How long a caller may take, in milliseconds. A browser on a bad line needs seconds, not minutes.
 *
 * @example
 * ```ts
 * import { createChatServer, type Timeouts } from '@chat/server';
 *
 * // A load balancer that cuts silent lines after a minute: the server does it before.
 * const timeouts: Timeouts = { idleMs: 50_000 };
 * const app = await createChatServer({ timeouts, limits: { assistantTimeoutMs: 45_000 } });
 * ```
 */
export interface Timeouts {
  /**
   * From the first byte of a request to the end of its head.
   * @default 10000
   */
  readonly headersMs?: number;
  /**
   * From the first byte of a request to the end of its body.
   * @default 30000
   */
  readonly requestMs?: number;
  /**
   * How long a line may be silent in both directions before it is cut. Longer than the assistant may take.
   * @default 120000, or more when `limits.assistantTimeoutMs` needs it
   */
  readonly idleMs?: number;
}

/**
 * What a server of its own needs besides.
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
   * Which proxies may say, by `X-Forwarded-For`, whom they speak for: how many stand before the server,
   * or their addresses and networks (`10.0.0.0/8`, `loopback`). Login limits count by that address.
   * @default none: the address of the connection is the caller's
   */
  readonly trustProxy?: number | readonly string[];
  /**
   * A logger of pino's shape, such as `pino()`; `pino({ level: 'silent' })` says nothing. Tokens, passwords
   * and messages are never handed to it.
   * @default warnings and errors on the console, such as why an assistant gave no reply
   */
  readonly logger?: FastifyBaseLogger;
  /**
   * How long callers may take.
   * @default {@link Timeouts}
   */
  readonly timeouts?: Timeouts;
}
