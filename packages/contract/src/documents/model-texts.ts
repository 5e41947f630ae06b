import { ErrorBody } from '../errors.js';
import { defaults } from '../limits.js';
import {
  ChatSession,
  ChatStats,
  FeedbackResponse,
  HistoryResponse,
  LoginResponse,
  LogoutResponse,
  Message,
  MessageStats,
  MessageStatus,
  Pagination,
  Role,
  SendMessageResponse,
  SessionsResponse,
} from '../models.js';
import { FeedbackRequest, LoginRequest, SendMessageRequest } from '../requests.js';
import { answer, question, sessionId } from './examples.js';
import { describeObject, describeValue } from './json-schemas.js';

const count = { type: 'integer', minimum: 0 };
const time = { format: 'date-time' };

const session = {
  id: sessionId,
  userId: '01990c2e-5f33-7d0a-b6e1-2c84de19a7f0',
  startTime: question.timestamp,
  lastMessageTime: answer.timestamp,
  messageCount: 2,
};

/** The models of the REST interface with the words that `docs/openapi.json` says about them. */
export const modelTexts = {
  Role: describeValue(Role, 'Who wrote a message.'),
  MessageStatus: describeValue(
    MessageStatus,
    'How far a message got: stored, handed to a client, or read by the user. It only moves forward.',
  ),
  Message: describeObject(Message, {
    description: 'One message of a conversation.',
    example: question,
    fields: {
      role: { description: 'Who wrote it.' },
      content: { description: 'The text, exactly as it was sent.' },
      timestamp: {
        description: 'When it was stored: UTC, in milliseconds; never decreases within a user.',
        keywords: time,
      },
      id: { description: 'Identifies the message.', extension: 'identity' },
      sessionId: { description: 'The session that it belongs to.', extension: 'identity' },
      status: { description: 'How far it got.', extension: 'identity' },
      replyTo: {
        description: 'Of a reply: the id of the message that it answers.',
        extension: 'reply-to',
      },
    },
  }),
  ChatSession: describeObject(ChatSession, {
    description: 'One chat: from its first message until logout or a long silence.',
    example: session,
    fields: {
      id: { description: 'Identifies the session.' },
      userId: { description: 'Whose session it is.' },
      startTime: { description: 'When its first message was stored.', keywords: time },
      lastMessageTime: { description: 'When its newest message was stored.', keywords: time },
      messageCount: { description: 'Messages of both roles.', keywords: count },
    },
  }),
  Pagination: describeObject(Pagination, {
    description: 'Where a page stands in the whole.',
    example: { total: 2, page: 1, pageSize: 20 },
    fields: {
      total: { description: 'Items over all pages.', keywords: count },
      page: { description: 'The page given, from 1.', keywords: { type: 'integer', minimum: 1 } },
      pageSize: {
        description: 'Items on a full page.',
        keywords: { type: 'integer', minimum: 1, maximum: defaults.pageSizeMax },
      },
    },
  }),
  LoginRequest: describeObject(LoginRequest, {
    description: 'A name and its password.',
    example: { username: 'ada', password: 'correct horse battery staple' },
    fields: {
      username: { description: 'The name of the user.' },
      password: { description: 'The password.', keywords: { format: 'password' } },
    },
  }),
  LoginResponse: describeObject(LoginResponse, {
    description: 'A token for all other calls.',
    example: { access_token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', token_type: 'bearer' },
    fields: {
      access_token: { description: 'A JWT; good for one hour unless the server says otherwise.' },
      token_type: { description: 'Always `bearer`.' },
    },
  }),
  LogoutResponse: describeObject(LogoutResponse, {
    description: 'Says that the token is worth nothing any more.',
    example: { message: 'Successfully logged out' },
    fields: { message: { description: 'Always `Successfully logged out`.' } },
  }),
  SendMessageRequest: describeObject(SendMessageRequest, {
    description: 'What the user says.',
    example: { message: question.content },
    fields: {
      message: {
        description: `1 to ${defaults.contentMaxLength} Unicode code points after trimming, well-formed and without NUL.`,
        // The upper bound counts what trimming leaves, which JSON Schema cannot say.
        keywords: { minLength: 1, pattern: '\\S' },
      },
    },
  }),
  SendMessageResponse: describeObject(SendMessageResponse, {
    description: 'The reply, and the session that it stands in.',
    example: { response: answer.content, messages: [question, answer] },
    fields: {
      response: { description: "The assistant's reply." },
      messages: {
        description:
          'The whole current session, oldest first; with `Prefer: return=minimal` only the two new messages.',
      },
    },
  }),
  HistoryResponse: describeObject(HistoryResponse, {
    description: "One page of the user's messages over all sessions.",
    example: { messages: [answer, question], pagination: { total: 2, page: 1, pageSize: 20 } },
    fields: {
      messages: { description: 'Newest first, unless `order=asc` was asked for.' },
      pagination: { description: 'Where this page stands.' },
    },
  }),
  SessionsResponse: describeObject(SessionsResponse, {
    description: "One page of the user's sessions.",
    example: { sessions: [session], pagination: { total: 1, page: 1, pageSize: 20 } },
    fields: {
      sessions: { description: 'Newest first.' },
      pagination: { description: 'Where this page stands.' },
    },
  }),
  FeedbackRequest: describeObject(FeedbackRequest, {
    description: "A rating of one of the assistant's replies.",
    example: { messageId: answer.id ?? '', satisfied: true },
    fields: {
      messageId: { description: 'The `id` of the reply.' },
      satisfied: { description: 'Whether the reply was of use.' },
    },
  }),
  FeedbackResponse: describeObject(FeedbackResponse, {
    description: 'The reply that was rated.',
    example: { message: answer },
    fields: { message: { description: 'The rated message.' } },
  }),
  ChatStats: describeObject(ChatStats, {
    description: "Figures about the caller's own chats. A chat is a session.",
    example: { todayChats: 1, totalChats: 12, avgResponseTime: 740, satisfactionRate: 75 },
    fields: {
      todayChats: { description: 'Chats begun today (UTC).', keywords: count },
      totalChats: { description: 'Chats ever begun.', keywords: count },
      avgResponseTime: {
        description:
          'Mean time that the assistant took, in milliseconds; 0 before the first reply.',
        keywords: { minimum: 0 },
      },
      satisfactionRate: {
        description:
          'Share of rated replies that were rated satisfied, in percent; 0 when none is rated.',
        keywords: { minimum: 0, maximum: 100 },
      },
    },
  }),
  MessageStats: describeObject(MessageStats, {
    description: "Figures about the caller's own messages, of both roles.",
    example: { todayMessages: 2, totalMessages: 96, avgMessagesPerChat: 8 },
    fields: {
      todayMessages: { description: 'Messages stored today (UTC).', keywords: count },
      totalMessages: { description: 'Messages ever stored.', keywords: count },
      avgMessagesPerChat: {
        description: 'Mean number of messages in a chat; 0 before the first.',
        keywords: { minimum: 0 },
      },
    },
  }),
  ErrorBody: describeObject(ErrorBody, {
    description: 'The body of every error.',
    example: { detail: 'Field "message" is missing: it must be a string.' },
    fields: { detail: { description: 'One sentence that says what was wrong.' } },
  }),
};

export type ModelName = keyof typeof modelTexts;
