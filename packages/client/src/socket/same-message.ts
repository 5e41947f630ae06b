import type { Message } from '../types/models.js';

/** Whether two copies are of one message: by id where both have one, else by all that the core knows of it. */
export function sameMessage(a: Message, b: Message): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return a.timestamp === b.timestamp && sameWords(a, b);
}

/** The same for a backend that stamps the frame and the stored message apart. */
export function sameWords(a: Message, b: Message): boolean {
  return a.role === b.role && a.content === b.content;
}

/** How many messages at the end of `known` are those at the beginning of `more`. */
export function overlap(known: readonly Message[], more: readonly Message[]): number {
  let from = Math.max(0, known.length - more.length);
  while (!known.slice(from).every((message, index) => sameMessage(message, more[index]!)))
    from += 1;
  return known.length - from;
}
