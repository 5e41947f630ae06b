import * as z from 'zod/mini';

// The document gives each model its required fields; everything an extension adds is optional here,
// so that a backend which knows only the document passes. No format checks: they cost a page's bundle
// its size and parsing its speed, and a timestamp that is odd is still a message worth showing.

export const Role = z.literal(['user', 'assistant']);
/**
 * Who wrote a message.
 * @useDeclaredType
 * @example
 * ```ts
 * import type { Role } from '@chat/server';
 *
 * const names: Record<Role, string> = { user: 'You', assistant: 'Assistant' };
 * ```
 */
export type Role = z.infer<typeof Role>;

export const MessageStatus = z.literal(['sent', 'delivered', 'read']);
/**
 * How far a message got: stored, handed to a client, or read by the user. It only moves forward.
 * @useDeclaredType
 * @example
 * ```ts
 * import type { MessageStatus } from '@chat/server/msw';
 *
 * const expected: MessageStatus[] = ['delivered', 'delivered'];
 * expect(mock.messages('ada').map(({ status }) => status)).toEqual(expected);
 * ```
 */
export type MessageStatus = z.infer<typeof MessageStatus>;

export const Message = z.object({
  /** Who wrote it. */
  role: Role,
  /** The text, exactly as it was sent. */
  content: z.string(),
  /** ISO 8601, UTC, in milliseconds; never decreases within a user. */
  timestamp: z.string(),
  /** Identifies the message. */
  id: z.optional(z.string()),
  /** The session that it belongs to. */
  sessionId: z.optional(z.string()),
  /** How far it got. */
  status: z.optional(MessageStatus),
  /** Of a reply: the id of the message that it answers. */
  replyTo: z.optional(z.string()),
});
/**
 * One message of a conversation. `id`, `sessionId`, `status` and `replyTo` come from backends that know them.
 * @interface
 * @example
 * ```ts
 * import type { Message } from '@chat/server/msw';
 *
 * const [question, reply]: Message[] = mock.messages('ada');
 * expect(reply).toMatchObject({ role: 'assistant', content: 'You said Hello', replyTo: question?.id });
 * ```
 */
export type Message = z.infer<typeof Message>;

export const ChatSession = z.object({
  id: z.string(),
  userId: z.string(),
  startTime: z.string(),
  lastMessageTime: z.string(),
  messageCount: z.number(),
});
export type ChatSession = z.infer<typeof ChatSession>;

export const Pagination = z.object({ total: z.number(), page: z.number(), pageSize: z.number() });
export type Pagination = z.infer<typeof Pagination>;

export const LoginResponse = z.object({ access_token: z.string(), token_type: z.string() });
export type LoginResponse = z.infer<typeof LoginResponse>;

export const LogoutResponse = z.object({ message: z.string() });
export type LogoutResponse = z.infer<typeof LogoutResponse>;

export const SendMessageResponse = z.object({ response: z.string(), messages: z.array(Message) });
export type SendMessageResponse = z.infer<typeof SendMessageResponse>;

export const HistoryResponse = z.object({ messages: z.array(Message), pagination: Pagination });
export type HistoryResponse = z.infer<typeof HistoryResponse>;

export const SessionsResponse = z.object({
  sessions: z.array(ChatSession),
  pagination: Pagination,
});
export type SessionsResponse = z.infer<typeof SessionsResponse>;

export const FeedbackResponse = z.object({ message: Message });
export type FeedbackResponse = z.infer<typeof FeedbackResponse>;

export const ChatStats = z.object({
  todayChats: z.number(),
  totalChats: z.number(),
  avgResponseTime: z.number(),
  satisfactionRate: z.number(),
});
export type ChatStats = z.infer<typeof ChatStats>;

export const MessageStats = z.object({
  todayMessages: z.number(),
  totalMessages: z.number(),
  avgMessagesPerChat: z.number(),
});
export type MessageStats = z.infer<typeof MessageStats>;
