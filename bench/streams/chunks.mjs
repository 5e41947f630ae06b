// The reply that each server streams.
import { setImmediate } from 'node:timers/promises';

/** About a word, as a model sends it. The server does other work between two of them. */
export async function* chunks(count) {
  for (let index = 0; index < count; index += 1) {
    if (index > 0) await setImmediate();
    yield `word ${index} `;
  }
}
