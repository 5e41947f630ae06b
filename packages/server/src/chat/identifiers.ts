import type { Clock, Identifiers } from './ports.js';

const idBytes = 16;
/** Asking for randomness costs far more than the randomness: it is fetched for many ids at once. */
const idsAtOnce = 128;

const hex = '0123456789abcdef';
const dash = '-'.charCodeAt(0);
/** Where the bytes of an id stand in its text. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** UUIDs of version 7 (RFC 9562, 5.7): their first 48 bits are the time, so an index grows at its end. */
export function createIdentifiers(clock: Clock): Identifiers {
  const pool = new Uint8Array(idBytes * idsAtOnce);
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
        const place = places[i]!;
        text[place] = hex.charCodeAt(byte >> 4);
        text[place + 1] = hex.charCodeAt(byte & 0x0f);
      }
      // At once: text that is put together piece by piece is kept as its pieces, and many ids are kept.
      return String.fromCharCode(...text);
    },
  };
}
