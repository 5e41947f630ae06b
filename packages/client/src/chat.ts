import { AbortError } from './errors/call-errors.js';
import type { HttpClient } from './http/http-client.js';
import type { ServerCapabilities } from './http/server-capabilities.js';
import { randomId } from './lib/random-id.js';
import { pageRequest } from './pagination.js';
import { ReplyStream } from './reply-stream.js';
import type { CallOptions } from './types/call-options.js';
import type { ChatReply, ChatSession, Message, ReplyDelta } from './types/models.js';
import type {
  HistoryOptions,
  HistoryPage,
  PageRequest,
  SessionsOptions,
  SessionsPage,
} from './types/pages.js';

/**
 * Options of `chat.send`, `chat.stream` and `chat.regenerate`.
 *
 * @example
 * ```ts
 * import type { SendOptions } from '@chat/client';
 *
 * // A job that may run twice: with the same key the message is stored once, and the reply is the same.
 * const options: SendOptions = { idempotencyKey: 'report-2026-11', return: 'minimal', timeoutMs: 120_000 };
 * const { response } = await client.chat.send('Summarize November.', options);
 * ```
 */
export interface SendOptions extends CallOptions {
  /**
   * `minimal`: the reply contains only the two new messages. Backends that support only the core ignore it.
   * @default the whole session
   */
  return?: 'minimal' | undefined;
}

/**
 * Messages, replies, sessions and ratings. Each method can also reject with the errors of any call: a subclass of
 * `ChatApiError` for an error response, `ConnectionError`, `TimeoutError`, `AbortError`, `ResponseValidationError`,
 * `TokenUnavailableError`, `InvalidOptionError`, and `ClientClosedError` after `close()`.
 *
 * @example
 * ```ts
 * const { response } = await client.chat.send('Hello');
 * const { pagination } = await client.chat.history();
 * ```
 */
export class Chat {
  readonly #http: HttpClient;
  readonly #capabilities: ServerCapabilities;
  readonly #createKey: () => string | undefined;

  /** @internal */
  constructor(http: HttpClient, capabilities: ServerCapabilities, apiUrl: string) {
    this.#http = http;
    this.#capabilities = capabilities;
    this.#createKey = () => (canSendKey(capabilities, apiUrl) ? randomId() : undefined);
  }

  /**
   * Sends a message and resolves with the assistant's reply.
   *
   * The request has an idempotency key: a backend with the extension `idempotency` stores the message only once. Only
   * with such a backend does the client repeat the request after a network error.
   *
   * @throws BadRequestError when the content is empty or too long
   * @throws RateLimitError when the rate limit is exceeded and the wait is too long
   * @example
   * ```ts
   * const { response } = await client.chat.send('Hello', { return: 'minimal', timeoutMs: 120_000 });
   * ```
   */
  async send(message: string, options: SendOptions = {}): Promise<ChatReply> {
    return this.#http.call(
      'sendMessage',
      { body: { message }, createKey: this.#createKey },
      options,
    );
  }

  /**
   * Sends a message, like `send`, and receives the reply while it is generated. A backend without the extension `stream`
   * sends the whole reply at once; the stream then has a single delta.
   *
   * When the connection is lost, the client receives the reply again with the same idempotency key, and the stream
   * continues where it was (with the limits of `retry`). Aborting `signal` stops the reply at the backend, which stores
   * the text so far. Nothing else stops it: not a timeout, a lost connection, `client.close()`, or leaving the iteration.
   * `timeoutMs` limits the time in which the backend sends nothing, not the duration of the reply.
   *
   * The errors are those of `send`. The iteration throws them too, after the deltas that were received.
   *
   * @example
   * ```ts
   * const stream = client.chat.stream('Tell me everything.');
   * for await (const { content } of stream) process.stdout.write(content);
   * const { response, messages } = await stream.reply;
   * ```
   */
  stream(message: string, options: SendOptions = {}): ReplyStream {
    let messageId: string | undefined;
    const { idempotencyKey = this.#createKey() } = options;
    const createKey = () => idempotencyKey;
    return new ReplyStream(async (add) => {
      const onDelta = (delta: ReplyDelta) => {
        messageId = delta.id;
        add(delta);
      };
      try {
        return await this.#http.call(
          'sendMessage',
          { body: { message }, onDelta, createKey },
          options,
        );
      } catch (error) {
        // A backend that is known to support only the core must not see a route that it does not have.
        if (error instanceof AbortError && this.#capabilities.hasExtensions !== false) {
          this.stop(messageId).catch(() => {});
        }
        throw error;
      }
    }, idempotencyKey);
  }

  /**
   * Stops a reply that is being generated. The backend stores the text so far as the reply, with `stopped: true`; a
   * question whose reply has no text yet stays without a reply.
   *
   * @param messageId the question or its reply; by default, any running reply of the user
   * @param options of this call only
   * @returns `stopped`: false if no reply was in progress
   * @throws ExtensionUnavailableError when the backend does not have the extension `stop`
   * @example
   * ```ts
   * const { stopped } = await client.chat.stop();
   * ```
   */
  async stop(
    messageId?: string,
    options: CallOptions = {},
  ): Promise<{
    /** Whether a reply was in progress. */
    stopped: boolean;
  }> {
    return this.#http.call('stop', { body: { messageId } }, options);
  }

  /**
   * Requests another reply to the same question, and resolves like `send`. The earlier reply stays in the history; both
   * have the same `replyTo`.
   *
   * @param messageId the question or its reply
   * @param options of this call only
   * @throws ExtensionUnavailableError when the backend does not have the extension `regenerate`
   * @throws NotFoundError when the user has no such message
   * @example
   * ```ts
   * const { messages } = await client.chat.send('Suggest a name.');
   * const id = messages.at(-1)?.id;
   * if (id) console.log((await client.chat.regenerate(id)).response);
   * ```
   */
  async regenerate(messageId: string, options: SendOptions = {}): Promise<ChatReply> {
    return this.#http.call(
      'regenerate',
      { body: { messageId }, createKey: this.#createKey },
      options,
    );
  }

  /**
   * The user's messages of all sessions, newest first. Await it for one page, or iterate it for all messages from that
   * page on. The iteration returns each message once, even if new messages arrive in the meantime.
   *
   * @throws BadRequestError when `page` or `pageSize` is invalid
   * @throws NotFoundError when the user has no session with this `sessionId`
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
   * The user's sessions, newest first. Await it for one page, or iterate it for all.
   *
   * @throws ExtensionUnavailableError when the backend supports only the core
   * @example
   * ```ts
   * for await (const session of client.chat.sessions()) console.log(session.startTime, session.messageCount);
   * ```
   */
  sessions(options: SessionsOptions = {}): PageRequest<SessionsPage, ChatSession> {
    return pageRequest(this.#http, 'sessions', options);
  }

  /**
   * Ends the current session and resolves with a new one, to which the next message belongs. The user stays logged in.
   *
   * @throws ExtensionUnavailableError when the backend does not have the extension `new-session`
   * @example
   * ```ts
   * const { id } = await client.chat.newSession();
   * ```
   */
  async newSession(options: CallOptions = {}): Promise<ChatSession> {
    const { session } = await this.#http.call('newSession', {}, options);
    return session;
  }

  /**
   * Rates a reply of the assistant, and resolves with that message. A second rating replaces the first.
   *
   * @throws ExtensionUnavailableError when the backend supports only the core
   * @throws NotFoundError when the user has no such message
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
 * In a page of another origin, a header that the backend's CORS rules do not allow makes the request fail. There, the
 * key is sent only to a backend that announces the extension.
 */
function canSendKey(capabilities: ServerCapabilities, apiUrl: string): boolean {
  const origin = globalThis.location?.origin;
  const isSameOrigin = origin === undefined || apiUrl.startsWith(`${origin}/`);
  return isSameOrigin || capabilities.has('idempotency');
}
