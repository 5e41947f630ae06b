import { protocolLimits } from '@chat/contract';
import type { ChatLimits } from './api.js';

/**
 * The default limits: those of the protocol, and some of this server.
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
  ...protocolLimits,
  assistantTimeoutMs: 60_000,
  replyMaxLength: 1_000_000,
  streamsPerUser: 16,
  readsPerUser: 4,
  maxQueuedReads: 128,
  maxQueuedTurns: 256,
  maxQueuedLogins: 100,
  ...frameLimits(protocolLimits),
};

/** Adds the defaults of missing limits. `undefined` counts as missing. */
export function resolveLimits(given: Partial<ChatLimits> = {}): ChatLimits {
  const defined = Object.entries(given).filter(([, limit]) => limit !== undefined);
  const limits = { ...defaultLimits, ...Object.fromEntries(defined) };
  return { ...limits, ...frameLimits(limits), ...Object.fromEntries(defined) };
}

/** Far more than a client needs that follows the rate limit, with receipts and repeated messages. */
function frameLimits({
  contentMaxLength,
  messagesPerWindow,
}: Pick<ChatLimits, 'contentMaxLength' | 'messagesPerWindow'>) {
  return {
    maxFramesPerWindow: 600 + messagesPerWindow * 10,
    // JSON.stringify writes up to six bytes for a character.
    maxFrameBytesPerWindow: 2_097_152 + messagesPerWindow * contentMaxLength * 6,
  };
}
