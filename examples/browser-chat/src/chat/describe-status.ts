import type { UseChat } from '@chat/client/react';

export interface ConversationStatus {
  /** Text for the user, without a value that changes every second. */
  text: string;
  /** When the current wait ends, in milliseconds since the epoch, if that is known. */
  until?: number;
  /** Whether the user can end the wait. */
  canReconnect?: boolean;
}

/** What the conversation is waiting for; undefined if messages can be sent. */
export function describeStatus(
  { connection: { state, retryAt, code }, rateLimitedUntil, outgoing }: UseChat,
  isOnline: boolean,
): ConversationStatus | undefined {
  const sending = outgoing.filter((message) => message.state === 'sending').length;
  const queued = sending > 0 ? ` ${sending} ${sending === 1 ? 'message' : 'messages'} queued.` : '';
  if (state === 'closed') return { text: 'Disconnected.', canReconnect: true };
  if (state !== 'open' && !isOnline) return { text: `You are offline.${queued}` };
  if (state === 'waiting') {
    const status = { text: `Reconnecting…${queued}`, canReconnect: true };
    return retryAt === undefined ? status : { ...status, until: retryAt };
  }
  // The first connection has no close code: the page shows its state only in the header.
  if (state === 'connecting') {
    return code === undefined ? undefined : { text: `Reconnecting…${queued}` };
  }
  if (rateLimitedUntil !== undefined && sending > 0) {
    return { text: `Rate limit reached.${queued}`, until: rateLimitedUntil };
  }
  return undefined;
}
