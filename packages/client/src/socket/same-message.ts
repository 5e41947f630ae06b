import type { Message } from '../types/models.js';

/** Whether two copies are of one message: by id where both have one, else by all that the core knows of it. */
export function sameMessage(a: Message, b: Message): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return a.role === b.role && a.timestamp === b.timestamp && a.content === b.content;
}
