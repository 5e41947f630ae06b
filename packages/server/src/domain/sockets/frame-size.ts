import type { ChatLimits } from '../api.js';

/** Everything except the content: keys, id and whitespace. */
const envelopeBytes = 4_096;

/** The longest JSON encoding of a code point: two `\uXXXX` escapes. */
const bytesPerCharacter = 12;

/**
 * The maximum size of a frame, in bytes. The longest content in its longest encoding fits, so that a message that is a
 * little too long gets an error frame and only a much larger frame closes the socket (1009).
 */
export function frameMaxBytes(limits: Pick<ChatLimits, 'contentMaxLength'>): number {
  return limits.contentMaxLength * bytesPerCharacter + envelopeBytes;
}

/** Whether a frame has more than `maxBytes` in UTF-8. */
export function isLargerThan(data: string | Uint8Array, maxBytes: number): boolean {
  if (typeof data !== 'string') return data.byteLength > maxBytes;
  // A code unit has one to three bytes: count only when the length is between the two bounds.
  if (data.length > maxBytes) return true;
  if (data.length * 3 <= maxBytes) return false;
  return new TextEncoder().encode(data).byteLength > maxBytes;
}
