import { defaults } from '@chat/contract';
import type { ChatLimits } from './api.js';

/**
 * The contract's figures, and two that are a server's own business.
 *
 * @example
 * ```ts
 * import { createChatServer, defaultLimits } from '@chat/server';
 *
 * const messagesPerWindow = defaultLimits.messagesPerWindow * 10;
 * const app = await createChatServer({ limits: { messagesPerWindow } });
 * ```
 */
export const defaultLimits: ChatLimits = {
  loginsPerWindow: defaults.loginsPerWindow,
  messagesPerWindow: defaults.messagesPerWindow,
  windowMs: defaults.windowMs,
  socketsPerUser: defaults.socketsPerUser,
  tokenLifetimeMs: defaults.tokenLifetimeMs,
  sessionIdleMs: defaults.sessionIdleMs,
  contentMaxLength: defaults.contentMaxLength,
  idempotencyLifetimeMs: defaults.idempotencyLifetimeMs,
  heartbeatMs: defaults.heartbeatMs,
  pingMs: defaults.pingMs,
  badFramesInARow: defaults.badFramesInARow,
  outboxMaxBytes: defaults.outboxMaxBytes,
  assistantTimeoutMs: 60_000,
  turnsWaiting: 256,
};

/** The given limits, and the defaults for the rest; one that is `undefined` is not given. */
export function limitsWith(given: Partial<ChatLimits> = {}): ChatLimits {
  const said = Object.entries(given).filter(([, limit]) => limit !== undefined);
  return { ...defaultLimits, ...Object.fromEntries(said) };
}
