import type { ChatLimits } from '../api.js';

/** The rest of a message frame: its keys, its id, and white space around the content. */
const envelopeBytes = 4_096;

/** A code point beyond the BMP, written as two `\uXXXX` escapes, is as long as JSON can make one. */
const bytesPerCharacter = 12;

/**
 * The largest frame that is read, in bytes: the longest content in its longest spelling still fits, so
 * that whoever writes too much is told so (a bad frame) and only a flood is cut off (1009).
 */
export function frameMaxBytes(limits: Pick<ChatLimits, 'contentMaxLength'>): number {
  return limits.contentMaxLength * bytesPerCharacter + envelopeBytes;
}

/** Whether a frame, as text or bytes, takes more than `maxBytes` in UTF-8. */
export function isLargerThan(data: string | Uint8Array, maxBytes: number): boolean {
  if (typeof data !== 'string') return data.byteLength > maxBytes;
  // A code unit takes one to three bytes: counting is needed only between the two bounds.
  if (data.length > maxBytes) return true;
  if (data.length * 3 <= maxBytes) return false;
  return new TextEncoder().encode(data).byteLength > maxBytes;
}
