import * as z from 'zod/mini';
import { defaults } from './limits.js';
import type { QueryParameters } from './query.js';
import type { RouteName } from './routes.js';

// Apart from what comes back: a client only makes requests, and its bundle is the smaller for it.

export const LoginRequest = z.object({ username: z.string(), password: z.string() });
export type LoginRequest = z.infer<typeof LoginRequest>;

export const SendMessageRequest = z.object({ message: z.string() });
export type SendMessageRequest = z.infer<typeof SendMessageRequest>;

export const FeedbackRequest = z.object({ messageId: z.string(), satisfied: z.boolean() });
export type FeedbackRequest = z.infer<typeof FeedbackRequest>;

export interface PageQuery {
  page: number;
  pageSize: number;
}

export interface HistoryQuery extends PageQuery {
  order: 'asc' | 'desc';
  sessionId?: string;
}

/** What a server holds a route's request against. */
export interface RequestRules {
  /** Which allowance a call spends, when it spends one. */
  readonly allowance?: 'login' | 'chat';
  readonly body?: z.ZodMiniType;
  readonly query?: QueryParameters;
}

const page = {
  page: { kind: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: defaults.page },
  pageSize: {
    kind: 'integer',
    minimum: 1,
    maximum: defaults.pageSizeMax,
    default: defaults.pageSize,
  },
} as const satisfies QueryParameters;

export const requests = {
  login: { allowance: 'login', body: LoginRequest },
  logout: {},
  sendMessage: { allowance: 'chat', body: SendMessageRequest },
  history: {
    query: {
      ...page,
      order: { kind: 'choice', values: ['desc', 'asc'], default: 'desc' },
      sessionId: { kind: 'text' },
    },
  },
  sessions: { query: page },
  feedback: { body: FeedbackRequest },
  chatStats: {},
  messageStats: {},
} as const satisfies Record<RouteName, RequestRules>;
