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
}

/**
 * The table: client, server, mock and OpenAPI document are all read from it. What a server checks of a request
 * (`requests`) and the schema of what comes back (`responses`) stand in tables of their own, by the same
 * names, so that no page has to load them.
 */
export const routes = {
  login: {
    method: 'POST',
    path: '/login',
    layer: 'core',
    auth: false,
  },
  logout: {
    method: 'POST',
    path: '/logout',
    layer: 'core',
    auth: true,
  },
  sendMessage: {
    method: 'POST',
    path: '/chat',
    layer: 'core',
    auth: true,
  },
  history: {
    method: 'GET',
    path: '/chat/history',
    layer: 'core',
    auth: true,
  },
  sessions: {
    method: 'GET',
    path: '/chat/sessions',
    layer: 'extension',
    auth: true,
  },
  feedback: {
    method: 'POST',
    path: '/chat/feedback',
    layer: 'extension',
    auth: true,
  },
  chatStats: {
    method: 'GET',
    path: '/stats/chat',
    layer: 'core',
    auth: true,
  },
  messageStats: {
    method: 'GET',
    path: '/stats/messages',
    layer: 'core',
    auth: true,
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
