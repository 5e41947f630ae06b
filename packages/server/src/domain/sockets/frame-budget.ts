import type { ChatLimits } from '../api.js';
import type { Clock } from '../ports/index.js';

type BudgetLimits = Pick<ChatLimits, 'maxFramesPerWindow' | 'maxFrameBytesPerWindow' | 'windowMs'>;

/** How many frames and bytes a socket may still send. Both are refilled evenly, completely in `windowMs`. */
export class FrameBudget {
  readonly #clock: Clock;
  readonly #limits: BudgetLimits;
  #usedFrames = 0;
  #usedBytes = 0;
  #updatedAt: number;

  constructor(clock: Clock, limits: BudgetLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#updatedAt = clock.now();
  }

  /** Returns false when the budget is exceeded. */
  consume(bytes: number): boolean {
    this.#refill();
    this.#usedFrames += 1;
    this.#usedBytes += bytes;
    return (
      this.#usedFrames <= this.#limits.maxFramesPerWindow &&
      this.#usedBytes <= this.#limits.maxFrameBytesPerWindow
    );
  }

  /** Whether nothing is used, so that a new budget is the same. */
  isFull(): boolean {
    this.#refill();
    return this.#usedFrames === 0 && this.#usedBytes === 0;
  }

  #refill(): void {
    const { maxFrameBytesPerWindow, maxFramesPerWindow, windowMs } = this.#limits;
    const now = this.#clock.now();
    // A corrected system clock may go back.
    const part = Math.max(0, now - this.#updatedAt) / Math.max(1, windowMs);
    this.#updatedAt = now;
    // A limit may be Infinity, and Infinity * 0 is no number.
    if (part === 0) return;
    this.#usedFrames = Math.max(0, this.#usedFrames - maxFramesPerWindow * part);
    this.#usedBytes = Math.max(0, this.#usedBytes - maxFrameBytesPerWindow * part);
  }
}
