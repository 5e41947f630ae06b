import type { HttpClient } from './http/http-client.js';
import type { CallOptions } from './types/call-options.js';
import type { Message, Pagination } from './types/models.js';

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
  /** Only this session's messages; backends that know only the core answer with all. */
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
export class HistoryPage {
  /** Newest first, unless `order: 'asc'` was asked for and understood. */
  readonly messages: Message[];
  /** Which part of the history this is. */
  readonly pagination: Pagination;
  readonly #http: HttpClient;
  readonly #options: HistoryOptions;

  private constructor(
    answer: { messages: Message[]; pagination: Pagination },
    http: HttpClient,
    options: HistoryOptions,
  ) {
    this.messages = answer.messages;
    this.pagination = answer.pagination;
    this.#http = http;
    this.#options = options;
  }

  /** @internal */
  static async load(http: HttpClient, options: HistoryOptions): Promise<HistoryPage> {
    const { page, pageSize, order, sessionId, ...rest } = options;
    const answer = await http.call(
      'history',
      { query: { page, pageSize, order, sessionId } },
      rest,
    );
    return new HistoryPage(answer, http, options);
  }

  /** Whether there were older messages than this page's when it was asked for. */
  hasNextPage(): boolean {
    const { page, pageSize, total } = this.pagination;
    return page * pageSize < total;
  }

  /** The page after this one; behind the last one it is empty. */
  nextPage(): Promise<HistoryPage> {
    return HistoryPage.load(this.#http, { ...this.#options, page: this.pagination.page + 1 });
  }
}
