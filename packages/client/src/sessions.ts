import type { CallOptions } from './types/call-options.js';
import type { ChatSession } from './types/models.js';
import type { Page } from './types/page.js';

/**
 * Options of `chat.sessions`.
 *
 * @example
 * ```ts
 * import type { SessionsOptions } from '@chat/client';
 *
 * const options: SessionsOptions = { page: 2, pageSize: 10 };
 * const { sessions } = await client.chat.sessions(options);
 * for (const { startTime, messageCount } of sessions) console.log(startTime, messageCount);
 * ```
 */
export interface SessionsOptions extends CallOptions {
  /**
   * From 1.
   * @default 1
   */
  page?: number | undefined;
  /**
   * From 1 to 100.
   * @default 20
   */
  pageSize?: number | undefined;
}

/**
 * One page of the sessions.
 *
 * @example
 * ```ts
 * const page = await client.chat.sessions({ pageSize: 50 });
 * console.log(page.sessions.length, page.pagination.total);
 * ```
 */
export interface SessionsPage extends Page {
  /** Newest first. */
  readonly sessions: ChatSession[];
  /** The page after this one; behind the last one it is empty. */
  nextPage(): Promise<SessionsPage>;
}
