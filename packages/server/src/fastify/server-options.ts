import type { FastifyBaseLogger } from 'fastify';
import type { ChatPluginOptions } from './options.js';

/** How long a caller may take, in milliseconds. A browser on a bad line needs seconds, not minutes. */
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

/** What a server of its own needs besides. */
export interface ChatServerOptions extends ChatPluginOptions {
  /**
   * Which proxies may say, by `X-Forwarded-For`, whom they speak for: how many stand before the server,
   * or their addresses and networks (`10.0.0.0/8`, `loopback`). Login limits count by that address.
   * @default none: the address of the connection is the caller's
   */
  readonly trustProxy?: number | readonly string[];
  /**
   * A logger of pino's shape. Tokens, passwords and messages are never handed to it.
   * @default none
   */
  readonly logger?: FastifyBaseLogger;
  /**
   * How long callers may take.
   * @default {@link Timeouts}
   */
  readonly timeouts?: Timeouts;
}
