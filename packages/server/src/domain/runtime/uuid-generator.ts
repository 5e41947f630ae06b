import type { Clock, IdGenerator } from '../ports/index.js';

const idBytes = 16;
/** A call of `getRandomValues` costs much more than the bytes, so one call serves many ids. */
const idsPerBatch = 128;

const hex = '0123456789abcdef';
const dash = '-'.charCodeAt(0);
/** The offsets of the bytes in the text of an id. */
const byteOffsets = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** UUIDs of version 7 (RFC 9562, 5.7). Their first 48 bits are the time, so an index grows at its end. */
export function createUuidGenerator(clock: Clock): IdGenerator {
  const pool = new Uint8Array(idBytes * idsPerBatch);
  const view = new DataView(pool.buffer);
  const text = new Array<number>(36).fill(dash);
  let next = pool.length;

  return {
    next() {
      if (next === pool.length) {
        crypto.getRandomValues(pool);
        next = 0;
      }
      const start = next;
      next += idBytes;
      const time = clock.now();
      view.setUint32(start, Math.floor(time / 0x1_0000));
      view.setUint16(start + 4, time % 0x1_0000);
      view.setUint8(start + 6, (view.getUint8(start + 6) & 0x0f) | 0x70);
      view.setUint8(start + 8, (view.getUint8(start + 8) & 0x3f) | 0x80);
      for (let i = 0; i < idBytes; i += 1) {
        const byte = pool[start + i]!;
        const offset = byteOffsets[i]!;
        text[offset] = hex.charCodeAt(byte >> 4);
        text[offset + 1] = hex.charCodeAt(byte & 0x0f);
      }
      // In one call: V8 stores concatenated text as its parts, which needs more memory.
      return String.fromCharCode(...text);
    },
  };
}
