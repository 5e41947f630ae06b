import type * as z from 'zod/mini';
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
import type { RouteName } from './routes.js';

/** What a success of each route carries. Clients check it by the shapes that are made from these schemas. */
export const responses = {
  login: LoginResponse,
  logout: LogoutResponse,
  sendMessage: SendMessageResponse,
  history: HistoryResponse,
  sessions: SessionsResponse,
  feedback: FeedbackResponse,
  chatStats: ChatStats,
  messageStats: MessageStats,
} as const satisfies Record<RouteName, z.ZodMiniObject>;

/** What a route answers, by its name. */
export type RouteResponse<Name extends RouteName> = z.infer<(typeof responses)[Name]>;
