import type { $ZodType, infer as Infer } from 'zod/v4/core';
import {
  ChatStats,
  FeedbackResponse,
  HistoryResponse,
  LoginResponse,
  LogoutResponse,
  MessageStats,
  SendMessageResponse,
  SessionsResponse,
} from './models.js';

export const basePath = '/api/v1';

/** Where the socket is dialled, beside the REST base path and not below it. */
export const socketPath = '/ws/chat';

/** Core is what the API document says; everything else is an extension a backend may lack. */
export type Layer = 'core' | 'extension';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below {@link basePath}. */
  readonly path: string;
  readonly layer: Layer;
  /** Whether a bearer token is needed. */
  readonly auth: boolean;
  readonly response: $ZodType;
}

/**
 * The table: client, server, mock and OpenAPI document are all read from it. What only a server reads
 * of a request stands in a table of its own (`requests`), so that no page has to load it.
 */
export const routes = {
  login: {
    method: 'POST',
    path: '/login',
    layer: 'core',
    auth: false,
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
    response: SendMessageResponse,
  },
  history: {
    method: 'GET',
    path: '/chat/history',
    layer: 'core',
    auth: true,
    response: HistoryResponse,
  },
  sessions: {
    method: 'GET',
    path: '/chat/sessions',
    layer: 'extension',
    auth: true,
    response: SessionsResponse,
  },
  feedback: {
    method: 'POST',
    path: '/chat/feedback',
    layer: 'extension',
    auth: true,
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
 * @example
 * ```ts
 * import type { RouteName } from '@chat/server/msw';
 *
 * // Whatever the page reads when it opens may fail.
 * const atStart: RouteName[] = ['history', 'chatStats', 'messageStats'];
 * for (const route of atStart) mock.fail(route, { status: 503, times: 1 });
 * ```
 */
export type RouteName = keyof typeof routes;

/** What a route answers, by its name. */
export type RouteResponse<Name extends RouteName> = Infer<(typeof routes)[Name]['response']>;
