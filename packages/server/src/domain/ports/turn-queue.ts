/**
 * Runs the work of one key in order, one at a time, over all instances.
 *
 * @example
 * ```ts
 * import { createChatServer, type TurnQueue } from '@chat/server';
 *
 * // Log how long the messages of one user wait for each other.
 * const turns: TurnQueue = {
 *   run(key, work) {
 *     const queuedAt = performance.now();
 *     return shared.turns.run(key, () => {
 *       console.log(`waited ${Math.round(performance.now() - queuedAt)} ms`);
 *       return work();
 *     });
 *   },
 * };
 * const app = await createChatServer({ store, shared: { ...shared, turns } });
 * ```
 */
export interface TurnQueue {
  /**
   * Runs `work` when all earlier work of this key is done.
   * @throws an error with `status` 503 when too much work of this key is waiting.
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}
