import { topics } from './topics.js';

/**
 * An assistant that knows a harbour: thinks for a moment, then speaks word by word.
 *
 * @param {(ms: number) => Promise<void> | void} pause
 */
export function createDesk(pause) {
  /** @param {string} question */
  return async function* answer(question) {
    const says = topics.find(({ asks }) => asks.test(question))?.says(question) ?? '';
    const isShort = says.length < 20;
    await pause(isShort ? 40 : 350 + ((question.length * 37) % 500));
    for (const piece of says.match(/\S+\s*/g) ?? []) {
      yield piece;
      if (!isShort) await pause(28);
    }
  };
}

/** @param {number} ms */
export function realPause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
