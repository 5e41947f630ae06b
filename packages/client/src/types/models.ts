// Written out and not inferred from the contract's schemas, so that no public type names zod; a test
// holds them equal.

/**
 * One message of a conversation. `id`, `sessionId`, `status` and `replyTo` come from backends that know them.
 *
 * @example
 * ```ts
 * import type { Message } from '@chat/client';
 *
 * const line = ({ role, content, timestamp }: Message) =>
 *   `${new Date(timestamp).toLocaleTimeString()} ${role}: ${content}`;
 *
 * const { messages } = await client.chat.history();
 * for (const message of messages.toReversed()) console.log(line(message)); // oldest first
 * ```
 */
export interface Message {
  /** Who wrote it. */
  role: 'user' | 'assistant';
  /** The text, exactly as it was sent. */
  content: string;
  /** ISO 8601. */
  timestamp: string;
  /** Identifies the message. */
  id?: string | undefined;
  /** The session that it belongs to. */
  sessionId?: string | undefined;
  /** Stored, handed to a client, or read by the user; it only moves forward. */
  status?: 'sent' | 'delivered' | 'read' | undefined;
  /** Of a reply: the id of the message that it answers. */
  replyTo?: string | undefined;
}

/**
 * A conversation: it ends with a logout, or after a long silence.
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
  /** Identifies the session. */
  id: string;
  /** Whose it is. */
  userId: string;
  /** ISO 8601. */
  startTime: string;
  /** ISO 8601. */
  lastMessageTime: string;
  /** How many messages it has, of both roles. */
  messageCount: number;
}

/**
 * Which part of a list a page is.
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
  /** How many there are in all. */
  total: number;
  /** From 1. */
  page: number;
  /** How many items a page has at most. */
  pageSize: number;
}

/**
 * What `chat.send` resolves with.
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
  /** The assistant's answer. */
  response: string;
  /** The whole current session, oldest first; only the two new messages with `return: 'minimal'`. */
  messages: Message[];
}

/**
 * Figures over the caller's own chats.
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
  /** Sessions that began today. */
  todayChats: number;
  /** Sessions in all. */
  totalChats: number;
  /** Mean time the assistant took, in milliseconds. */
  avgResponseTime: number;
  /** Share of the rated replies that were rated satisfied, in percent. */
  satisfactionRate: number;
}

/**
 * Figures over the caller's own messages.
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
  /** Messages of today, of both roles. */
  todayMessages: number;
  /** Messages in all, of both roles. */
  totalMessages: number;
  /** Mean number of messages in a session. */
  avgMessagesPerChat: number;
}
