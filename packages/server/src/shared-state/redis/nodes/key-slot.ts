/** How many slots a Redis Cluster has. */
export const slotCount = 16_384;

/** The slot of a key or channel: that of the part in its first braces, when there is one. */
export function keySlot(key: string): number {
  const start = key.indexOf('{');
  const end = start === -1 ? -1 : key.indexOf('}', start + 1);
  return crc16(end > start + 1 ? key.slice(start + 1, end) : key) % slotCount;
}

/** CRC16/XMODEM, as the Redis Cluster specification requires. */
function crc16(text: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
    crc &= 0xffff;
  }
  return crc;
}
