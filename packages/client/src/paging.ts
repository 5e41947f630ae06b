import type { Pagination } from './types/models.js';

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

interface PageSource<PageType extends Page, Item> {
  readonly first: Promise<PageType>;
  next(page: PageType): Promise<PageType>;
  items(page: PageType): readonly Item[];
  id(item: Item): string | undefined;
  /** Whether new items come first, and push the others to later pages. */
  readonly newestFirst: boolean;
}

/** A promise of the first page that can be iterated as well. */
export function pageRequest<PageType extends Page, Item>(
  source: PageSource<PageType, Item>,
): PageRequest<PageType, Item> {
  return Object.assign(source.first, {
    [Symbol.asyncIterator]: () => iterate(source),
  });
}

async function* iterate<PageType extends Page, Item>({
  first,
  next,
  items,
  id,
  newestFirst,
}: PageSource<PageType, Item>): AsyncGenerator<Item, void, undefined> {
  const seen = new RecentIds();
  // An item's place counted from the oldest end stays the same when new ones arrive in front of it.
  let lowestPlace = Number.POSITIVE_INFINITY;
  for (let page = await first; ; page = await next(page)) {
    const { total, page: number, pageSize } = page.pagination;
    const list = items(page);
    for (const [index, item] of list.entries()) {
      const place = total - (number - 1) * pageSize - index;
      const repeated = seen.has(id(item)) || (newestFirst && place >= lowestPlace);
      if (repeated) continue;
      lowestPlace = place;
      seen.add(id(item));
      yield item;
    }
    // A backend that counts wrongly must not keep us asking for ever.
    if (list.length === 0 || !page.hasNextPage()) return;
  }
}

const remembered = 2_000;

/** The ids that came last: enough to know a repeat, and bounded however long the list is. */
class RecentIds {
  #newer = new Set<string>();
  #older = new Set<string>();

  has(id: string | undefined): boolean {
    return id !== undefined && (this.#newer.has(id) || this.#older.has(id));
  }

  add(id: string | undefined): void {
    if (id === undefined) return;
    this.#newer.add(id);
    if (this.#newer.size < remembered) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }
}
