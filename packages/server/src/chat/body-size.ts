import type { ChatLimits } from './api.js';
import { frameMaxBytes } from './socket/frame-size.js';

const plentyBytes = 262_144;

/** The largest request body that is read, in bytes, unless a door is told otherwise: the longest message fits. */
export function bodyMaxBytes(limits: Pick<ChatLimits, 'contentMaxLength'>): number {
  return Math.max(plentyBytes, frameMaxBytes(limits));
}
