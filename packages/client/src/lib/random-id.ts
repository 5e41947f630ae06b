/**
 * 128 random bits as text. Not `crypto.randomUUID`, which browsers offer only with HTTPS; and some runtimes, such as
 * React Native, have no `crypto`. The ids are no secrets, so weaker randomness is enough there.
 */
export function randomId(): string {
  const words = new Uint32Array(4).map(() => Math.random() * 2 ** 32);
  globalThis.crypto?.getRandomValues(words);
  return words.join('-');
}
