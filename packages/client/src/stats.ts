import type { HttpClient } from './http/http-client.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatStats, MessageStats } from './types/models.js';

/**
 * Statistics about the user's chats and messages. Each method can reject with a subclass of `ChatApiError` for an error
 * response, `ConnectionError`, `TimeoutError`, `AbortError`, `ResponseValidationError`, `TokenUnavailableError`,
 * `InvalidOptionError`, and `ClientClosedError` after `close()`.
 *
 * @example
 * ```ts
 * const { avgResponseTime, satisfactionRate } = await client.stats.chat();
 * console.log(`${avgResponseTime} ms, ${satisfactionRate} %`);
 * ```
 */
export class Stats {
  readonly #http: HttpClient;

  /** @internal */
  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** The number of chats, the response time of the assistant, and the user's satisfaction. */
  async chat(options: CallOptions = {}): Promise<ChatStats> {
    return this.#http.call('chatStats', {}, options);
  }

  /** The number of messages: today, in total and per chat. */
  async messages(options: CallOptions = {}): Promise<MessageStats> {
    return this.#http.call('messageStats', {}, options);
  }
}
