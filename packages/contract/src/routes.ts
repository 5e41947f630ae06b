import type { Layer } from './extensions.js';
import { type RouteName as Names, routes } from './routes.gen.js';

export { routes };

export const basePath = '/api/v1';

/** The path of the WebSocket. It is not below {@link basePath}. */
export const socketPath = '/ws/chat';

/** What a client has to know of a route. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below {@link basePath}. */
  readonly path: string;
  readonly layer: Layer;
  /** Whether a bearer token is required. */
  readonly auth: boolean;
}

/**
 * The names of the routes.
 * @example
 * ```ts
 * import type { RouteName } from '@chat/server/msw';
 *
 * // Every request that a page sends when it opens fails once.
 * const atStart: RouteName[] = ['history', 'chatStats', 'messageStats'];
 * for (const route of atStart) mock.fail(route, { status: 503, times: 1 });
 * ```
 */
export type RouteName = Names;
