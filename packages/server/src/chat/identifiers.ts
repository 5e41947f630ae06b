import type { Clock, Identifiers } from './ports.js';

const idBytes = 16;
/** Asking for randomness costs far more than the randomness: it is fetched for many ids at once. */
const idsAtOnce = 128;

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** UUIDs of version 7 (RFC 9562, 5.7): their first 48 bits are the time, so an index grows at its end. */
export function createIdentifiers(clock: Clock): Identifiers {
  const pool = new Uint8Array(idBytes * idsAtOnce);
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
      let text = '';
      for (const [index, byte] of bytes.entries()) {
        if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
        text += hex[byte];
      }
      return text;
    },
  };
}
