import type { HttpClient } from './http/http-client.js';
import { RecentIds } from './lib/recent-ids.js';
import type { ChatSession, Message, Pagination } from './types/models.js';
import type {
  HistoryOptions,
  HistoryPage,
  Page,
  PageRequest,
  SessionsPage,
} from './types/pages.js';

/** The lists of the backend, named by the field of the response that contains the items. */
type ListName = 'messages' | 'sessions';

interface PageContent {
  readonly messages?: Message[];
  readonly sessions?: ChatSession[];
  readonly pagination: Pagination;
}

/** A promise of the first page that is also an iterable of all items. */
export function pageRequest(
  http: HttpClient,
  list: 'messages',
  options: HistoryOptions,
): PageRequest<HistoryPage, Message>;
export function pageRequest(
  http: HttpClient,
  list: 'sessions',
  options: HistoryOptions,
): PageRequest<SessionsPage, ChatSession>;
export function pageRequest(
  http: HttpClient,
  list: ListName,
  options: HistoryOptions,
): PageRequest<Page, Message | ChatSession> {
  const first = loadPage(http, list, options);
  // It is reported where the items are read, which may be later.
  first.catch(() => {});
  return Object.assign(first, {
    [Symbol.asyncIterator]: () => iterate(first, list, options),
  });
}

async function loadPage(
  http: HttpClient,
  list: ListName,
  options: HistoryOptions,
  size?: number,
): Promise<ListPage> {
  const route = list === 'sessions' ? list : 'history';
  const response: PageContent = await http.call(route, {}, options);
  const { [list]: items = [], pagination = {} as Pagination } = response;
  // The requested number: if the backend sends a wrong one, `nextPage` could load the same page forever.
  const { page = 1 } = options;
  const { pageSize, total } = pagination;
  const count = items.length;
  // A backend may announce larger pages than it sends. Only a page that is not the last one shows it.
  const isShort = count < pageSize && total > (page - 1) * pageSize + count;
  pagination.pageSize = size ??= (isShort && count) || pageSize;
  return new ListPage({ [list]: items, pagination }, page * size < total, (number = page + 1) =>
    loadPage(http, list, { ...options, page: number }, size),
  );
}

class ListPage implements Page {
  declare readonly messages?: Message[];
  declare readonly sessions?: ChatSession[];
  declare readonly pagination: Pagination;
  readonly #hasNext: boolean;
  readonly #load: (number?: number) => Promise<ListPage>;

  constructor(
    content: PageContent,
    hasNext: boolean,
    load: (number?: number) => Promise<ListPage>,
  ) {
    Object.assign(this, content);
    this.#hasNext = hasNext;
    this.#load = load;
  }

  hasNextPage(): boolean {
    return this.#hasNext;
  }

  goTo(number: number): Promise<ListPage> {
    return this.#load(number);
  }

  nextPage(): Promise<ListPage> {
    return this.#load();
  }
}

/** Each item once. With the newest first, a new item moves all others towards later pages. */
async function* iterate(
  first: Promise<ListPage>,
  list: ListName,
  { page: number = 1, order }: HistoryOptions,
): AsyncGenerator<Message | ChatSession, void, undefined> {
  const seen = new RecentIds();
  // Positions are counted from the oldest item (which has 1), so they do not change when new items arrive.
  let firstPosition: number | undefined;
  let lowestPosition = Number.POSITIVE_INFINITY;
  let pagesWithoutNewItem = 0;
  for (let page = await first; ; page = await page.goTo(number)) {
    const { total, pageSize } = page.pagination;
    const items = page[list] ?? [];
    let position = total - (number - 1) * pageSize;
    firstPosition ??= position;
    const previousLowest = lowestPosition;
    let hasNewItem = false;
    for (const item of items) {
      const { id } = item;
      // `total` may be newer than the items, which makes positions too high. So where there are ids, they identify
      // repeated items, and the position only those that arrived after the first page.
      const hasArrivedSince =
        order !== 'asc' && (id ? position > firstPosition : position >= lowestPosition);
      if (!hasArrivedSince && !(id && seen.has(id))) {
        hasNewItem = true;
        lowestPosition = position;
        if (id) seen.add(id);
        yield item;
      }
      position -= 1;
    }
    // Stop after two pages of known items, because a backend with a wrong `total`, or with a single page, would otherwise
    // make us request pages forever. Two, because `total` may briefly be stale. And after sixteen pages of items that
    // have arrived since, because `total` may grow with each response.
    pagesWithoutNewItem += position + 1 < previousLowest ? 8 : 1;
    if (hasNewItem) pagesWithoutNewItem = 0;
    if (items.length === 0 || pagesWithoutNewItem > 15 || !page.hasNextPage()) return;
    number += 1;
    // Skip items that have arrived since. The page before, because `total` may be newer than the items.
    if (!hasNewItem && order !== 'asc') {
      number = Math.max(number, ((total - lowestPosition) / pageSize) | 0);
    }
  }
}
