import * as z from 'zod/mini';
import { question, reply, sessionId } from './examples.js';
import { protocolDefaults } from './limits.js';
import { describe, extension, integer, number, string } from './meta.js';

// The API document gives each model its required fields. Every field that an extension adds is optional, so that a
// backend without extensions passes. Formats and bounds are metadata only: a message with an unusual timestamp is
// still worth showing.

/**
 * Who wrote a message.
 * @example
 * ```ts
 * import type { Role } from '@chat/server';
 *
 * const names: Record<Role, string> = { user: 'You', assistant: 'Assistant' };
 * ```
 */
export type Role = 'user' | 'assistant';

/**
 * The state of a message: stored, sent to a client, or read by the user. It never goes back.
 * @example
 * ```ts
 * import type { MessageStatus } from '@chat/server/msw';
 *
 * const expected: MessageStatus[] = ['delivered', 'delivered'];
 * expect(mock.messages('ada').map(({ status }) => status)).toEqual(expected);
 * ```
 */
export type MessageStatus = 'sent' | 'delivered' | 'read';

/**
 * The fields of a message that are only about some replies. Servers store them, and send them in responses and in frames.
 * @example
 * ```ts
 * const { messages } = await client.chat.history();
 * const incomplete = messages.filter(({ truncated, stopped }) => truncated !== undefined || stopped);
 * ```
 */
export interface MessageDetails {
  /** The id of the user's message that the reply answers (extension `reply-to`). */
  replyTo?: string | undefined;
  /** Why the reply is incomplete, such as `length` or `content_filter` (extension `truncated`). */
  truncated?: string | undefined;
  /** `true` for a reply that was stopped: it contains the text up to then (extension `stop`). */
  stopped?: boolean | undefined;
}

/**
 * One message of a conversation. The optional fields are set by backends with these extensions.
 * @example
 * ```ts
 * import type { Message } from '@chat/server/msw';
 *
 * const [question, reply]: Message[] = mock.messages('ada');
 * expect(reply).toMatchObject({ role: 'assistant', content: 'You said Hello', replyTo: question?.id });
 * ```
 */
export interface Message extends MessageDetails {
  /** Who wrote it. */
  role: Role;
  /** The text, exactly as it was sent. */
  content: string;
  /** ISO 8601, UTC, with milliseconds. Never decreases within a user. */
  timestamp: string;
  /** Identifies the message. */
  id?: string | undefined;
  /** The session of the message. */
  sessionId?: string | undefined;
  /** Whether it was delivered and read. */
  status?: MessageStatus | undefined;
}

const dateTime = { format: 'date-time' };

const RoleSchema = describe(z.literal(['user', 'assistant']), {
  description: 'Who wrote a message.',
});

export const MessageStatusSchema = describe(z.literal(['sent', 'delivered', 'read']), {
  description:
    'The state of a message: stored, sent to a client, or read by the user. It never goes back.',
});

/** Extensions that only add {@link MessageDetails}: a server announces them for responses and for frames. */
export const messageDetailExtensions = ['reply-to', 'truncated'] as const;

/** The schemas of {@link MessageDetails}. */
export const messageDetails = {
  replyTo: extension('reply-to', string('Of a reply: the id of the message that it answers.')),
  // Not an enumeration: clients must accept the reasons of later servers.
  truncated: extension(
    'truncated',
    string('Of an incomplete reply: why it was cut off, `length` or `content_filter`.'),
  ),
  stopped: extension(
    'stop',
    describe(z.boolean(), {
      description: '`true` for a reply that was stopped: it contains the text up to then.',
    }),
  ),
} satisfies Record<keyof MessageDetails, z.ZodMiniType>;

/** The optional fields that messages in responses and in frames have in common. */
export const messageExtensions = {
  sessionId: extension('identity', string('The session of the message.')),
  status: extension('identity', MessageStatusSchema, 'Whether it was delivered and read.'),
  ...messageDetails,
};

export const MessageSchema = describe(
  z.object({
    role: describe(RoleSchema, { description: 'Who wrote it.' }),
    content: string('The text, exactly as it was sent.'),
    timestamp: string(
      'When it was stored: UTC, with milliseconds. Never decreases within a user.',
      dateTime,
    ),
    id: extension('identity', string('Identifies the message.')),
    ...messageExtensions,
  }) satisfies z.ZodMiniType<Message>,
  { description: 'One message of a conversation.', examples: [question] },
);

export const exampleSession = {
  id: sessionId,
  userId: '01990c2e-5f33-7d0a-b6e1-2c84de19a7f0',
  startTime: question.timestamp,
  lastMessageTime: reply.timestamp,
  messageCount: 2,
};

export const ChatSessionSchema = describe(
  z.object({
    id: string('Identifies the session.'),
    userId: string('The user of the session.'),
    startTime: string(
      'When its first message was stored, or `POST /chat/sessions` created it.',
      dateTime,
    ),
    lastMessageTime: string(
      'When its newest message was stored; without one, its start.',
      dateTime,
    ),
    messageCount: integer('Number of messages of both roles.'),
  }),
  {
    description:
      'One chat: from its first message until logout, until a new session, or until no message was sent for a long time.',
    examples: [exampleSession],
  },
);
export type ChatSession = z.infer<typeof ChatSessionSchema>;

export const PaginationSchema = describe(
  z.object({
    total: integer('Number of items on all pages.'),
    page: integer('The number of this page, from 1.', { minimum: 1 }),
    pageSize: integer('Number of items on a full page.', {
      minimum: 1,
      maximum: protocolDefaults.pageSizeMax,
    }),
  }),
  {
    description: 'The position of a page in the whole list.',
    examples: [{ total: 2, page: 1, pageSize: 20 }],
  },
);
export type Pagination = z.infer<typeof PaginationSchema>;

export const ChatStatsSchema = describe(
  z.object({
    todayChats: integer('Chats started today (UTC).'),
    totalChats: integer('All chats.'),
    avgResponseTime: number(
      'Mean response time of the assistant, in milliseconds. 0 before the first reply.',
      { minimum: 0 },
    ),
    satisfactionRate: number(
      'Percentage of rated replies that were rated satisfied. 0 when none is rated.',
      { minimum: 0, maximum: 100 },
    ),
  }),
  {
    description: "Statistics about the user's chats. A chat is a session.",
    examples: [{ todayChats: 1, totalChats: 12, avgResponseTime: 740, satisfactionRate: 75 }],
  },
);
export type ChatStats = z.infer<typeof ChatStatsSchema>;

export const MessageStatsSchema = describe(
  z.object({
    todayMessages: integer('Messages stored today (UTC).'),
    totalMessages: integer('All stored messages.'),
    avgMessagesPerChat: number('Mean number of messages in a chat. 0 before the first message.', {
      minimum: 0,
    }),
  }),
  {
    description: "Statistics about the user's messages, of both roles.",
    examples: [{ todayMessages: 2, totalMessages: 96, avgMessagesPerChat: 8 }],
  },
);
export type MessageStats = z.infer<typeof MessageStatsSchema>;

export const ErrorBodySchema = describe(
  z.object({ detail: string('One sentence that explains the error.') }),
  {
    description: 'The body of every error response.',
    examples: [{ detail: 'Field "message" is missing: it must be a string.' }],
  },
);

/** Models with their own names in the OpenAPI document. The names of other schemas follow from their routes. */
export const models = {
  Role: RoleSchema,
  MessageStatus: MessageStatusSchema,
  Message: MessageSchema,
  ChatSession: ChatSessionSchema,
  Pagination: PaginationSchema,
  ChatStats: ChatStatsSchema,
  MessageStats: MessageStatsSchema,
  ErrorBody: ErrorBodySchema,
};
