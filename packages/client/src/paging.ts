import type { HistoryPage } from './history.js';
import type { HttpClient } from './http/http-client.js';
import { RecentIds } from './recent-ids.js';
import type { SessionsPage } from './sessions.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatSession, Message, Pagination } from './types/models.js';
import type { Page, PageRequest } from './types/page.js';

/** The lists of the backend, by the field of the answer that has the items. */
type List = 'messages' | 'sessions';

/** The options of both lists; of the sessions, two of them are not known. */
interface ListOptions extends CallOptions {
  page?: number | undefined;
  pageSize?: number | undefined;
  order?: 'asc' | 'desc' | undefined;
  sessionId?: string | undefined;
}

/** A promise of the first page that can be iterated as well. */
export function pageRequest(
  http: HttpClient,
  list: 'messages',
  options: ListOptions,
): PageRequest<HistoryPage, Message>;
export function pageRequest(
  http: HttpClient,
  list: 'sessions',
  options: ListOptions,
): PageRequest<SessionsPage, ChatSession>;
export function pageRequest(
  http: HttpClient,
  list: List,
  options: ListOptions,
): PageRequest<Page, Message | ChatSession> {
  const first = load(http, list, options);
  return Object.assign(first, {
    [Symbol.asyncIterator]: () => iterate(first, list, options.order !== 'asc'),
  });
}

async function load(http: HttpClient, list: List, options: ListOptions): Promise<ListPage> {
  const { page, pageSize, order, sessionId, ...rest } = options;
  const route = list === 'sessions' ? list : 'history';
  const answer: Content = await http.call(
    route,
    { query: { page, pageSize, order, sessionId } },
    rest,
  );
  const { [list]: items, pagination } = answer;
  return new ListPage({ [list]: items, pagination }, () =>
    load(http, list, { ...options, page: pagination.page + 1 }),
  );
}

interface Content {
  readonly messages?: Message[];
  readonly sessions?: ChatSession[];
  readonly pagination: Pagination;
}

class ListPage implements Page {
  declare readonly messages?: Message[];
  declare readonly sessions?: ChatSession[];
  declare readonly pagination: Pagination;
  readonly #next: () => Promise<ListPage>;

  constructor(content: Content, next: () => Promise<ListPage>) {
    Object.assign(this, content);
    this.#next = next;
  }

  hasNextPage(): boolean {
    const { page, pageSize, total } = this.pagination;
    return page * pageSize < total;
  }

  nextPage(): Promise<ListPage> {
    return this.#next();
  }
}

/** `newestFirst`: new items come in front, and push the others to later pages. */
async function* iterate(
  first: Promise<ListPage>,
  list: List,
  newestFirst: boolean,
): AsyncGenerator<Message | ChatSession, void, undefined> {
  const seen = new RecentIds();
  // An item's place counted from the oldest end stays the same when new ones arrive in front of it.
  let lowestPlace = Number.POSITIVE_INFINITY;
  for (let page = await first; ; page = await page.nextPage()) {
    const { total, page: number, pageSize } = page.pagination;
    const items = page[list] ?? [];
    for (const [index, item] of items.entries()) {
      const place = total - (number - 1) * pageSize - index;
      const { id = '' } = item;
      const repeated = seen.has(id) || (newestFirst && place >= lowestPlace);
      if (repeated) continue;
      lowestPlace = place;
      if (id) seen.add(id);
      yield item;
    }
    // A backend that counts wrongly must not keep us asking for ever.
    if (items.length === 0 || !page.hasNextPage()) return;
  }
}
