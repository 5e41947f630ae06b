/**
 * A message for an assistant.
 *
 * @example
 * ```ts
 * import type { AssistantMessage } from '@chat/server';
 *
 * const asText = (messages: readonly AssistantMessage[]) =>
 *   messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
 * ```
 */
export interface AssistantMessage {
  /** Who wrote it. */
  readonly role: 'user' | 'assistant';
  /** The text, exactly as it was sent. */
  readonly content: string;
}

/**
 * A request to an assistant.
 *
 * @example
 * ```ts
 * import { type AssistantRequest, createChatServer } from '@chat/server';
 *
 * // Any HTTP service; the request is cancelled when the reply is stopped.
 * async function reply({ messages, signal }: AssistantRequest): Promise<string> {
 *   const body = JSON.stringify(messages);
 *   const response = await fetch('http://127.0.0.1:8080/reply', { method: 'POST', body, signal });
 *   if (!response.ok) throw new Error(`The service responded with ${response.status}.`);
 *   return response.text();
 * }
 * const app = await createChatServer({ assistant: { reply } });
 * ```
 */
export interface AssistantRequest {
  /** The newest messages of the session, oldest first. The last one is the question. */
  readonly messages: readonly AssistantMessage[];
  /** The id of the user, not the name. */
  readonly userId: string;
  /** Aborted after the timeout, when the reply is stopped, or when it has the maximum length. */
  readonly signal: AbortSignal;
}

/**
 * What an async generator may return after the last chunk of a reply.
 *
 * @example
 * ```ts
 * import type { ReplyEnd } from '@chat/server';
 *
 * async function* reply(): AsyncGenerator<string, ReplyEnd | undefined> {
 *   yield 'The first thousand words';
 *   return { truncated: 'length' };
 * }
 * const assistant = { reply };
 * ```
 */
export interface ReplyEnd {
  /**
   * The reply is incomplete: a content filter stopped it, or it reached a maximum length. `length` also means that it was cut
   * off for another reason, or may be incomplete.
   */
  readonly truncated?: 'length' | 'content_filter';
  /** Why it was cut off, for the log, such as the finish reason of a model. */
  readonly reason?: string;
}

/**
 * Generates replies: as a whole text, or as chunks.
 *
 * @example
 * ```ts
 * import { type Assistant, createChatServer } from '@chat/server';
 *
 * const assistant: Assistant = {
 *   contextMessages: 1,
 *   async *reply({ messages, signal }) {
 *     for (const word of (messages.at(-1)?.content ?? '').split(' ').toReversed()) {
 *       if (signal.aborted) return;
 *       yield `${word} `;
 *     }
 *   },
 * };
 * const app = await createChatServer({ assistant });
 * ```
 */
export interface Assistant {
  /**
   * Replies to the last message. An async generator may return a {@link ReplyEnd}. An error becomes a 503 (500 without an idempotency key); the message stays stored.
   */
  reply(request: AssistantRequest): AsyncIterable<string> | Promise<string>;
  /**
   * Number of the session's newest messages that `reply` receives.
   * @default 50
   */
  readonly contextMessages?: number;
}
