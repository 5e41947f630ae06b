import type { CallOptions } from './call-options.js';
import type { ChatSession, Message, Pagination } from './models.js';

/**
 * The common members of all pages.
 *
 * @example
 * ```ts
 * import type { Page } from '@chat/client';
 *
 * const position = ({ pagination: { page, pageSize, total } }: Page) =>
 *   `page ${page} of ${Math.ceil(total / pageSize)}`;
 *
 * console.log(position(await client.chat.history()), position(await client.chat.sessions()));
 * ```
 */
export interface Page {
  /** The position of the page in the list. */
  readonly pagination: Pagination;
  /** Whether there is a page after this one. */
  hasNextPage(): boolean;
}

/**
 * A promise of a page that is also an iterable of all items from that page on.
 *
 * @example
 * ```ts
 * import type { HistoryPage, Message, PageRequest } from '@chat/client';
 *
 * // The total first, then each message; the first page is requested once.
 * const request: PageRequest<HistoryPage, Message> = client.chat.history({ pageSize: 100 });
 * console.log(`${(await request).pagination.total} messages`);
 * for await (const { timestamp, content } of request) console.log(timestamp, content);
 * ```
 */
export type PageRequest<PageType, Item> = Promise<PageType> & AsyncIterable<Item>;

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
   * The number of the page, from 1.
   * @default 1
   */
  page?: number | undefined;
  /**
   * Items on a page, from 1 to 100.
   * @default 20
   */
  pageSize?: number | undefined;
  /**
   * `asc`: oldest first, `desc`: newest first. Backends that support only the core ignore it.
   * @default 'desc'
   */
  order?: 'asc' | 'desc' | undefined;
  /**
   * Only messages of this session. Backends that support only the core ignore it.
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
  /** Newest first, unless the backend supports `order: 'asc'`. */
  readonly messages: Message[];
  /** The next page; after the last one it is empty. */
  nextPage(): Promise<HistoryPage>;
}

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
   * The number of the page, from 1.
   * @default 1
   */
  page?: number | undefined;
  /**
   * Items on a page, from 1 to 100.
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
  /** The next page; after the last one it is empty. */
  nextPage(): Promise<SessionsPage>;
}
