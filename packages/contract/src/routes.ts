import type * as z from 'zod/mini';
import { defaults } from './limits.js';
import {
  ChatStats,
  FeedbackRequest,
  FeedbackResponse,
  HistoryResponse,
  LoginRequest,
  LoginResponse,
  LogoutResponse,
  MessageStats,
  SendMessageRequest,
  SendMessageResponse,
  SessionsResponse,
} from './models.js';
import type { QueryParameters } from './query.js';

export const basePath = '/api/v1';

/** Core is what the API document says; everything else is an extension a backend may lack. */
export type Layer = 'core' | 'extension';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below {@link basePath}. */
  readonly path: string;
  readonly layer: Layer;
  /** Whether a bearer token is needed. */
  readonly auth: boolean;
  /** Which allowance a call spends, when it spends one. */
  readonly allowance?: 'login' | 'chat';
  readonly body?: z.ZodMiniType;
  readonly query?: QueryParameters;
  readonly response: z.ZodMiniType;
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

export interface PageQuery {
  page: number;
  pageSize: number;
}

export interface HistoryQuery extends PageQuery {
  order: 'asc' | 'desc';
  sessionId?: string;
}

/** The table: client, server, mock and OpenAPI document are all read from it. */
export const routes = {
  login: {
    method: 'POST',
    path: '/login',
    layer: 'core',
    auth: false,
    allowance: 'login',
    body: LoginRequest,
    response: LoginResponse,
  },
  logout: {
    method: 'POST',
    path: '/logout',
    layer: 'core',
    auth: true,
    response: LogoutResponse,
  },
  sendMessage: {
    method: 'POST',
    path: '/chat',
    layer: 'core',
    auth: true,
    allowance: 'chat',
    body: SendMessageRequest,
    response: SendMessageResponse,
  },
  history: {
    method: 'GET',
    path: '/chat/history',
    layer: 'core',
    auth: true,
    query: {
      ...page,
      order: { kind: 'choice', values: ['desc', 'asc'], default: 'desc' },
      sessionId: { kind: 'text' },
    },
    response: HistoryResponse,
  },
  sessions: {
    method: 'GET',
    path: '/chat/sessions',
    layer: 'extension',
    auth: true,
    query: page,
    response: SessionsResponse,
  },
  feedback: {
    method: 'POST',
    path: '/chat/feedback',
    layer: 'extension',
    auth: true,
    body: FeedbackRequest,
    response: FeedbackResponse,
  },
  chatStats: {
    method: 'GET',
    path: '/stats/chat',
    layer: 'core',
    auth: true,
    response: ChatStats,
  },
  messageStats: {
    method: 'GET',
    path: '/stats/messages',
    layer: 'core',
    auth: true,
    response: MessageStats,
  },
} as const satisfies Record<string, Route>;

/**
 * The calls by their names in the protocol.
 * @useDeclaredType
 */
export type RouteName = keyof typeof routes;

/** What a route answers, by its name. */
export type RouteResponse<Name extends RouteName> = z.infer<(typeof routes)[Name]['response']>;
