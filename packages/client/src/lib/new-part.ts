/**
 * The part of a delta that continues a text of `length` UTF-16 code units. Empty for a duplicate, and for a delta after
 * a hole: only the complete text so far can follow then. Without an offset, deltas are received in order.
 */
export function newPart(length: number, offset: number | undefined, content: string): string {
  const known = length - (offset ?? length);
  return known < 0 ? '' : content.slice(known);
}
