import { topics } from './topics.js';

/**
 * An assistant for a harbour information desk. It waits for a moment, then streams the reply word by word.
 *
 * @param {(ms: number) => Promise<void> | void} wait
 */
export function createAssistant(wait) {
  /** @param {string} question */
  return async function* reply(question) {
    const text = topics.find(({ pattern }) => pattern.test(question))?.reply(question) ?? '';
    const isShort = text.length < 20;
    await wait(isShort ? 40 : 350 + ((question.length * 37) % 500));
    for (const chunk of text.match(/\S+\s*/g) ?? []) {
      yield chunk;
      if (!isShort) await wait(28);
    }
  };
}

/** @param {number} ms */
export function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
