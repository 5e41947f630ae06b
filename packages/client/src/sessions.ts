import type { HttpClient } from './http/http-client.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatSession, Pagination } from './types/models.js';

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
export class SessionsPage {
  /** Newest first. */
  readonly sessions: ChatSession[];
  /** Which part of the list this is. */
  readonly pagination: Pagination;
  readonly #http: HttpClient;
  readonly #options: SessionsOptions;

  private constructor(
    answer: { sessions: ChatSession[]; pagination: Pagination },
    http: HttpClient,
    options: SessionsOptions,
  ) {
    this.sessions = answer.sessions;
    this.pagination = answer.pagination;
    this.#http = http;
    this.#options = options;
  }

  /** @internal */
  static async load(http: HttpClient, options: SessionsOptions): Promise<SessionsPage> {
    const { page, pageSize, ...rest } = options;
    const answer = await http.call('sessions', { query: { page, pageSize } }, rest);
    return new SessionsPage(answer, http, options);
  }

  /** Whether there were older sessions than this page's when it was asked for. */
  hasNextPage(): boolean {
    const { page, pageSize, total } = this.pagination;
    return page * pageSize < total;
  }

  /** The page after this one; behind the last one it is empty. */
  nextPage(): Promise<SessionsPage> {
    return SessionsPage.load(this.#http, { ...this.#options, page: this.pagination.page + 1 });
  }
}
