import type { HistoryOptions, HistoryPage } from './history.js';
import type { AnnouncedExtensions } from './http/announced.js';
import type { HttpClient } from './http/http-client.js';
import { createIdempotencyKey } from './http/idempotency-key.js';
import { pageRequest } from './paging.js';
import type { SessionsOptions, SessionsPage } from './sessions.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatReply, ChatSession, Message } from './types/models.js';
import type { PageRequest } from './types/page.js';

/**
 * Options of `chat.send`.
 *
 * @example
 * ```ts
 * import type { SendOptions } from '@chat/client';
 *
 * // A job that may run twice: the same key, so the question is stored once and its answer comes again.
 * const options: SendOptions = { idempotencyKey: 'report-2026-11', return: 'minimal', timeoutMs: 120_000 };
 * const { response } = await client.chat.send('Sum up November.', options);
 * ```
 */
export interface SendOptions extends CallOptions {
  /**
   * `minimal` asks for the two new messages instead of the whole session; backends that know only
   * the core send the whole session all the same.
   * @default the whole session
   */
  return?: 'minimal' | undefined;
}

/**
 * Messages, sessions and ratings.
 *
 * @example
 * ```ts
 * const { response } = await client.chat.send('Hello');
 * const { pagination } = await client.chat.history();
 * ```
 */
export class Chat {
  readonly #http: HttpClient;
  readonly #defaultKey: () => string | undefined;

  /** @internal */
  constructor(http: HttpClient, announced: AnnouncedExtensions, apiUrl: string) {
    this.#http = http;
    this.#defaultKey = () => (canSendKey(announced, apiUrl) ? createIdempotencyKey() : undefined);
  }

  /**
   * Sends a message and resolves with the assistant's answer.
   *
   * A key is sent with it, so that a backend that announces the extension `idempotency` stores the
   * message once however often it is sent; only then is it sent again after a network fault.
   *
   * @throws BadRequestError when the content is empty or too long
   * @throws RateLimitError when the allowance is spent and the wait is too long
   * @example
   * ```ts
   * const { response } = await client.chat.send('Hello', { return: 'minimal', timeoutMs: 120_000 });
   * ```
   */
  async send(message: string, options: SendOptions = {}): Promise<ChatReply> {
    const input = { body: { message }, defaultKey: this.#defaultKey };
    return this.#http.call('sendMessage', input, options);
  }

  /**
   * The caller's messages over all sessions, newest first. Await it for one page, or iterate it for
   * every message from that page on; messages that arrive meanwhile make none come twice.
   *
   * @example
   * ```ts
   * const page = await client.chat.history({ page: 1, pageSize: 50 });
   * for await (const message of client.chat.history({ pageSize: 100 })) console.log(message.content);
   * ```
   */
  history(options: HistoryOptions = {}): PageRequest<HistoryPage, Message> {
    return pageRequest(this.#http, 'messages', options);
  }

  /**
   * The caller's sessions, newest first. Await it for one page, or iterate it for all.
   *
   * @throws ExtensionUnavailableError when the backend knows only the core
   * @example
   * ```ts
   * for await (const session of client.chat.sessions()) console.log(session.startTime, session.messageCount);
   * ```
   */
  sessions(options: SessionsOptions = {}): PageRequest<SessionsPage, ChatSession> {
    return pageRequest(this.#http, 'sessions', options);
  }

  /**
   * Says whether a reply of the assistant was any good, and resolves with that message. A second
   * rating replaces the first.
   *
   * @throws ExtensionUnavailableError when the backend knows only the core
   * @throws NotFoundError when the caller has no such message
   * @example
   * ```ts
   * const { messages } = await client.chat.send('Hello');
   * const reply = messages.at(-1);
   * if (reply?.id) await client.chat.rate(reply.id, true);
   * ```
   */
  async rate(messageId: string, satisfied: boolean, options: CallOptions = {}): Promise<Message> {
    const { message } = await this.#http.call(
      'feedback',
      { body: { messageId, satisfied } },
      options,
    );
    return message;
  }
}

/**
 * In a page of another origin a header that the backend's CORS rules do not list fails the call: there
 * the key is sent only to a backend that announced that it knows it.
 */
function canSendKey(announced: AnnouncedExtensions, apiUrl: string): boolean {
  const origin = globalThis.location?.origin;
  const own = origin === undefined || apiUrl.startsWith(`${origin}/`);
  return own || announced.has('idempotency');
}
