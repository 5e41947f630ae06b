import { socketFeatures } from '@chat/contract';
import { statusFrame } from '../frames.js';

// The status frames that are a socket's own business; what all sockets of a user get is in ../frames.js.

export function greetingFrame(now: number, heartbeatMs: number): string {
  const content = 'You are connected.';
  return statusFrame('connected', now, { content, features: [...socketFeatures], heartbeatMs });
}

export function heartbeatFrame(now: number): string {
  return statusFrame('heartbeat', now, { content: 'The line is alive.' });
}

/** @param id the id of the frame that the sentence is about, when it has a sound one */
export function errorFrame(now: number, content: string, id: string | undefined): string {
  return statusFrame('error', now, id === undefined ? { content } : { content, id });
}

/** Nothing was stored; the frame may come again after `retryAfterMs`. */
export function limitFrame(
  now: number,
  content: string,
  retryAfterMs: number,
  id: string | undefined,
): string {
  const details = { content, retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) };
  return statusFrame('rate_limited', now, id === undefined ? details : { ...details, id });
}

/** All messages up to `id` were read. */
export function readFrameNotice(now: number, id: string): string {
  return statusFrame('read', now, { content: 'The messages up to this one were read.', id });
}
