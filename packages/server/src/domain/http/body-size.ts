import type { Route } from '@chat/contract';
import type { ChatLimits } from '../api.js';
import { frameMaxBytes } from '../sockets/frame-size.js';

const minBodyBytes = 262_144;

/** The maximum size of a request body without a token, in bytes: the longest name and password fit. */
export const anonymousBodyMaxBytes = 16_384;

/** The default maximum size of a request body, in bytes. The longest message fits. */
export function bodyMaxBytes(limits: Pick<ChatLimits, 'contentMaxLength'>): number {
  return Math.max(minBodyBytes, frameMaxBytes(limits));
}

/**
 * The maximum size of a request body of a route, in bytes.
 * @param maxBytes of a body with a token
 */
export function routeBodyMaxBytes({ auth }: Pick<Route, 'auth'>, maxBytes: number): number {
  return auth ? maxBytes : Math.min(maxBytes, anonymousBodyMaxBytes);
}
