import type { Pagination } from './models.js';

/**
 * What pages have in common, whatever they hold.
 *
 * @example
 * ```ts
 * import type { Page } from '@chat/client';
 *
 * const place = ({ pagination: { page, pageSize, total } }: Page) =>
 *   `page ${page} of ${Math.ceil(total / pageSize)}`;
 *
 * console.log(place(await client.chat.history()), place(await client.chat.sessions()));
 * ```
 */
export interface Page {
  /** Which part of the list this is. */
  readonly pagination: Pagination;
  /** Whether there is more behind this page. */
  hasNextPage(): boolean;
}

/**
 * A page that comes, and all items from it on.
 *
 * @example
 * ```ts
 * import type { HistoryPage, Message, PageRequest } from '@chat/client';
 *
 * // How many there are, and then each of them; the first page is asked for once.
 * const request: PageRequest<HistoryPage, Message> = client.chat.history({ pageSize: 100 });
 * console.log(`${(await request).pagination.total} messages`);
 * for await (const { timestamp, content } of request) console.log(timestamp, content);
 * ```
 */
export type PageRequest<PageType, Item> = Promise<PageType> & AsyncIterable<Item>;
