/**
 * The source of time. Every timeout and expiry uses it.
 *
 * @example
 * ```ts
 * import { type Clock, createChatServer } from '@chat/server';
 *
 * // A clock that is one hour ahead.
 * const clock: Clock = {
 *   now: () => Date.now() + 3_600_000,
 *   after(ms, task) {
 *     const timer = setTimeout(task, ms);
 *     return () => clearTimeout(timer);
 *   },
 * };
 * const app = await createChatServer({ clock });
 * ```
 */
export interface Clock {
  /** The current time, in milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms` milliseconds. Returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}
