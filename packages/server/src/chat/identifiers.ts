import type { Clock, Identifiers } from './ports.js';

/** UUIDs of version 7 (RFC 9562, 5.7): their first 48 bits are the time, so an index grows at its end. */
export function createIdentifiers(clock: Clock): Identifiers {
  return {
    next() {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      const view = new DataView(bytes.buffer);
      const time = clock.now();
      view.setUint32(0, Math.floor(time / 0x1_0000));
      view.setUint16(4, time % 0x1_0000);
      view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
      view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return [0, 8, 12, 16, 20]
        .map((from, index, starts) => hex.slice(from, starts[index + 1]))
        .join('-');
    },
  };
}
