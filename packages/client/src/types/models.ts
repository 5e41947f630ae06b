import type { MessageDetails } from '@chat/contract';

// Written out instead of inferred from the contract's schemas, so that no public type depends on zod. A test compares
// them.

/**
 * One message of a conversation. `id`, `sessionId` and `status` need a backend with the extension `identity`.
 *
 * @example
 * ```ts
 * import type { Message } from '@chat/client';
 *
 * const format = ({ role, content, timestamp }: Message) =>
 *   `${new Date(timestamp).toLocaleTimeString()} ${role}: ${content}`;
 *
 * const { messages } = await client.chat.history();
 * for (const message of messages.toReversed()) console.log(format(message)); // oldest first
 * ```
 */
export interface Message extends MessageDetails {
  /** The author. A backend may have other roles, such as `system` or `tool`. */
  role: 'user' | 'assistant' | (string & {});
  /** The text, unchanged. */
  content: string;
  /** ISO 8601. */
  timestamp: string;
  /** The id of the message. */
  id?: string | undefined;
  /** The id of its session. */
  sessionId?: string | undefined;
  /** `sent`: stored; `delivered`: sent to a client; `read`: read by the user. It only moves forward. */
  status?: 'sent' | 'delivered' | 'read' | (string & {}) | undefined;
}

/**
 * A chat session. It ends with a logout, or after a long time without messages.
 *
 * @example
 * ```ts
 * import type { ChatSession } from '@chat/client';
 *
 * const minutes = ({ startTime, lastMessageTime }: ChatSession) =>
 *   (Date.parse(lastMessageTime) - Date.parse(startTime)) / 60_000;
 *
 * for await (const session of client.chat.sessions()) console.log(session.id, minutes(session));
 * ```
 */
export interface ChatSession {
  /** The id of the session. */
  id: string;
  /** The id of its user. */
  userId: string;
  /** ISO 8601. */
  startTime: string;
  /** ISO 8601. */
  lastMessageTime: string;
  /** The number of messages, of both roles. */
  messageCount: number;
}

/**
 * The position of a page in its list.
 *
 * @example
 * ```ts
 * import type { Pagination } from '@chat/client';
 *
 * const lastPage = ({ total, pageSize }: Pagination) => Math.max(1, Math.ceil(total / pageSize));
 *
 * const { pagination } = await client.chat.history({ pageSize: 50 });
 * const oldest = await client.chat.history({ page: lastPage(pagination), pageSize: 50 });
 * ```
 */
export interface Pagination {
  /** The number of items on all pages. */
  total: number;
  /** The number of the page, from 1. */
  page: number;
  /** The maximum number of items on a page. If the backend announces more than it sends, what it sends. */
  pageSize: number;
}

/**
 * The result of `chat.send`.
 *
 * @example
 * ```ts
 * import type { ChatReply } from '@chat/client';
 *
 * const { response, messages }: ChatReply = await client.chat.send('Which tram?');
 * console.log(response, `(${messages.length} messages in this session)`);
 * ```
 */
export interface ChatReply {
  /** The assistant's reply. */
  response: string;
  /** The whole current session, oldest first; only the two new messages with `return: 'minimal'`. */
  messages: Message[];
}

/**
 * A part of a reply, from `chat.stream`.
 *
 * @example
 * ```ts
 * import type { ReplyDelta } from '@chat/client';
 *
 * let text = '';
 * const append = ({ content }: ReplyDelta) => (text += content);
 * for await (const delta of client.chat.stream('Which tram?')) append(delta);
 * ```
 */
export interface ReplyDelta {
  /** The id of the message that will contain the complete reply. */
  id?: string | undefined;
  /** The position of this part in the reply, in UTF-16 code units, like a string's `length`. */
  offset: number;
  /** The next part of the reply. */
  content: string;
}

/**
 * Statistics about the user's chats.
 *
 * @example
 * ```ts
 * import type { ChatStats } from '@chat/client';
 *
 * const { todayChats, avgResponseTime, satisfactionRate }: ChatStats = await client.stats.chat();
 * console.log(`${todayChats} today, ${avgResponseTime} ms, ${satisfactionRate} % satisfied`);
 * ```
 */
export interface ChatStats {
  /** Sessions that started today. */
  todayChats: number;
  /** All sessions. */
  totalChats: number;
  /** The mean response time of the assistant, in milliseconds. */
  avgResponseTime: number;
  /** The percentage of rated replies that were rated satisfied. */
  satisfactionRate: number;
}

/**
 * Statistics about the user's messages.
 *
 * @example
 * ```ts
 * import type { MessageStats } from '@chat/client';
 *
 * const { todayMessages, avgMessagesPerChat }: MessageStats = await client.stats.messages();
 * console.log(`${todayMessages} today, ${avgMessagesPerChat} in a chat`);
 * ```
 */
export interface MessageStats {
  /** Messages sent today, of both roles. */
  todayMessages: number;
  /** All messages, of both roles. */
  totalMessages: number;
  /** The mean number of messages in a session. */
  avgMessagesPerChat: number;
}
