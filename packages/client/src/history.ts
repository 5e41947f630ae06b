import type { CallOptions } from './types/call-options.js';
import type { Message } from './types/models.js';
import type { Page } from './types/page.js';

/**
 * Options of `chat.history`.
 *
 * @example
 * ```ts
 * import type { HistoryOptions } from '@chat/client';
 *
 * // One session from its first message to its last.
 * const { sessions } = await client.chat.sessions({ pageSize: 1 });
 * const options: HistoryOptions = { sessionId: sessions[0]?.id, order: 'asc', pageSize: 100 };
 * for await (const { role, content } of client.chat.history(options)) console.log(`${role}: ${content}`);
 * ```
 */
export interface HistoryOptions extends CallOptions {
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
  /**
   * `asc` is oldest first; backends that know only the core answer newest first all the same.
   * @default 'desc'
   */
  order?: 'asc' | 'desc' | undefined;
  /**
   * Only this session's messages; backends that know only the core answer with all.
   * @default all sessions
   */
  sessionId?: string | undefined;
}

/**
 * One page of the history.
 *
 * @example
 * ```ts
 * let page = await client.chat.history({ pageSize: 50 });
 * while (page.hasNextPage()) page = await page.nextPage();
 * ```
 */
export interface HistoryPage extends Page {
  /** Newest first, unless `order: 'asc'` was asked for and understood. */
  readonly messages: Message[];
  /** The page after this one; behind the last one it is empty. */
  nextPage(): Promise<HistoryPage>;
}
