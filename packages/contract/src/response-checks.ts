// Made from the schemas by "npm run docs:specs": a change begins there, in models.ts or frames.ts.
import { type Check, list, number, object, oneOf, optional, string } from './checks.js';
import type { RouteName } from './routes.js';

const Message = object({
  role: oneOf('user', 'assistant'),
  content: string,
  timestamp: string,
  id: optional(string),
  sessionId: optional(string),
  status: optional(oneOf('sent', 'delivered', 'read')),
  replyTo: optional(string),
});

const ChatSession = object({
  id: string,
  userId: string,
  startTime: string,
  lastMessageTime: string,
  messageCount: number,
});

const Pagination = object({
  total: number,
  page: number,
  pageSize: number,
});

/** What a success of each route carries. */
export const responseChecks: Readonly<Record<RouteName, Check>> = {
  login: object({
    access_token: string,
    token_type: string,
  }),
  logout: object({
    message: string,
  }),
  sendMessage: object({
    response: string,
    messages: list(Message),
  }),
  history: object({
    messages: list(Message),
    pagination: Pagination,
  }),
  sessions: object({
    sessions: list(ChatSession),
    pagination: Pagination,
  }),
  feedback: object({
    message: Message,
  }),
  chatStats: object({
    todayChats: number,
    totalChats: number,
    avgResponseTime: number,
    satisfactionRate: number,
  }),
  messageStats: object({
    todayMessages: number,
    totalMessages: number,
    avgMessagesPerChat: number,
  }),
};

/** The `data` of a frame. */
export const frameDataCheck = object({
  role: string,
  content: string,
  timestamp: string,
  id: optional(string),
  sessionId: optional(string),
  status: optional(oneOf('sent', 'delivered', 'read')),
  replyTo: optional(string),
  clientId: optional(string),
  event: optional(string),
  features: optional(list(string)),
  heartbeatMs: optional(number),
  retryAfterMs: optional(number),
});
