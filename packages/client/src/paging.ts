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
    [Symbol.asyncIterator]: () => iterate(first, list, options),
  });
}

async function load(http: HttpClient, list: List, options: ListOptions): Promise<ListPage> {
  const route = list === 'sessions' ? list : 'history';
  const answer: Content = await http.call(route, {}, options);
  const { [list]: items, pagination } = answer;
  const { page = 1 } = options;
  return new ListPage({ [list]: items, pagination }, page, () =>
    load(http, list, { ...options, page: page + 1 }),
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
  /** As it was asked for: a backend that says another would have us ask for one page again and again. */
  readonly #number: number;
  readonly #next: () => Promise<ListPage>;

  constructor(content: Content, number: number, next: () => Promise<ListPage>) {
    Object.assign(this, content);
    this.#number = number;
    this.#next = next;
  }

  hasNextPage(): boolean {
    const { pageSize, total } = this.pagination;
    return this.#number * pageSize < total;
  }

  nextPage(): Promise<ListPage> {
    return this.#next();
  }
}

/** Every item once. Newest first, new items come in front, and push the others to later pages. */
async function* iterate(
  first: Promise<ListPage>,
  list: List,
  { page: number = 1, order }: ListOptions,
): AsyncGenerator<Message | ChatSession, void, undefined> {
  const seen = new RecentIds();
  // An item's place counted from the oldest end stays the same when new ones arrive in front of it.
  let firstPlace: number | undefined;
  let repeated = 0;
  let lowestPlace = Number.POSITIVE_INFINITY;
  for (let page = await first; ; page = await page.nextPage()) {
    const { total, pageSize } = page.pagination;
    const items = page[list] ?? [];
    let place = total - (number - 1) * pageSize;
    firstPlace ??= place;
    const lowestBefore = lowestPlace;
    let isNews = false;
    for (const item of items) {
      const { id } = item;
      // The count may be taken after the items, and run ahead: where there are ids, they tell what came before,
      // and the place only what arrived since the first page.
      const arrived = order !== 'asc' && (id ? place > firstPlace : place >= lowestPlace);
      if (!arrived && !(id && seen.has(id))) {
        isNews = true;
        lowestPlace = place;
        if (id) seen.add(id);
        yield item;
      }
      place -= 1;
    }
    // A backend that counts wrongly, or has only one page, must not keep us asking: this one's places promise
    // what did not come before, and all of it did. Twice, since a count may lag behind the items as well.
    repeated = !isNews && place + 1 < lowestBefore ? repeated + 1 : 0;
    if (items.length === 0 || repeated > 1 || !page.hasNextPage()) return;
    number += 1;
  }
}
