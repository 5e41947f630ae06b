import type { Message } from '../../types/models.js';

/** Compares by id if both messages have one, otherwise by the fields of the core protocol. */
export function sameMessage(a: Message, b: Message): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return a.timestamp === b.timestamp && sameContent(a, b);
}

/** For backends that give the frame and the stored message different timestamps. */
export function sameContent(a: Message, b: Message): boolean {
  return a.role === b.role && a.content === b.content;
}

/** How many messages at the end of `known` are also at the start of `more`. */
export function overlapLength(known: readonly Message[], more: readonly Message[]): number {
  let from = Math.max(0, known.length - more.length);
  while (!known.slice(from).every((message, index) => sameMessage(message, more[index]!)))
    from += 1;
  return known.length - from;
}
