import { socketFeatures } from '@chat/contract';
import { statusFrame } from '../messages/frames.js';

// Status frames for a single socket. Frames for all sockets of a user are in ../messages/frames.js.

export function greetingFrame(now: number, heartbeatMs: number): string {
  const content = 'You are connected.';
  return statusFrame('connected', now, { content, features: [...socketFeatures], heartbeatMs });
}

export function heartbeatFrame(now: number): string {
  return statusFrame('heartbeat', now, { content: 'The connection is alive.' });
}

/** @param id the id of the invalid frame, when it has a valid one */
export function errorFrame(now: number, content: string, id: string | undefined): string {
  return statusFrame('error', now, id === undefined ? { content } : { content, id });
}

/** The frame was not stored. The client may send it again after `retryAfterMs`. */
export function rateLimitFrame(
  now: number,
  content: string,
  retryAfterMs: number,
  id: string | undefined,
): string {
  const details = { content, retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) };
  return statusFrame('rate_limited', now, id === undefined ? details : { ...details, id });
}

/** The user read all messages up to `id`. */
export function readReceiptFrame(now: number, id: string): string {
  return statusFrame('read', now, { content: 'The messages up to this one were read.', id });
}
