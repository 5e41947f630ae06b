import type { HttpClient } from './http/http-client.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatStats, MessageStats } from './types/models.js';

/**
 * Figures over the caller's own chats and messages.
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

  /** Chats today and in all, how fast the assistant is, and how content the caller was. */
  async chat(options: CallOptions = {}): Promise<ChatStats> {
    return this.#http.call('chatStats', {}, options);
  }

  /** Messages today, in all, and per chat. */
  async messages(options: CallOptions = {}): Promise<MessageStats> {
    return this.#http.call('messageStats', {}, options);
  }
}
