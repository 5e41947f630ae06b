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
  const text = new Array<number>(36).fill(dash);
  let used = pool.length;

  const takeBytes = (): Uint8Array => {
    if (used === pool.length) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    used += idBytes;
    return pool.subarray(used - idBytes, used);
  };

  return {
    next() {
      const bytes = takeBytes();
      const time = clock.now();
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setUint32(0, Math.floor(time / 0x1_0000));
      view.setUint16(4, time % 0x1_0000);
      view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
      view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
      for (let i = 0; i < idBytes; i += 1) {
        const byte = bytes[i]!;
        const place = places[i]!;
        text[place] = hex.charCodeAt(byte >> 4);
        text[place + 1] = hex.charCodeAt(byte & 0x0f);
      }
      // At once: text that is put together piece by piece is kept as its pieces, and many ids are kept.
      return String.fromCharCode(...text);
    },
  };
}
