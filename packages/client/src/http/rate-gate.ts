import { type CallScope, longestTimerMs } from './call-scope.js';

interface Waiter {
  readonly order: number;
  readonly longestMs: number;
  readonly pass: () => void;
  readonly refuse: (waitMs: number) => void;
}

/**
 * Where the whole client waits after a 429. When the wait is over the calls leave one by one, the
 * next when the one before was answered, the oldest first: let out all at once they would spend
 * their tries on each other. A call that came through alone is asked to `leave`.
 */
export class RateGate {
  readonly #now: () => number;
  readonly #waiters: Waiter[] = [];
  #opensAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The call that was let out alone and is not answered yet. */
  #alone: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long the gate stays closed, in milliseconds; 0 when it is open. */
  waitMs(): number {
    return Math.max(0, this.#opensAt - this.#now());
  }

  /** Whether a call can go on without waiting. */
  isFree(): boolean {
    return this.#waiters.length === 0 && this.#alone === undefined && this.waitMs() === 0;
  }

  /** Closes the gate for `ms` from now, or leaves it closed when it already is for longer. */
  close(ms: number): void {
    if (ms <= this.waitMs()) return;
    this.#opensAt = this.#now() + ms;
    for (const waiter of this.#waiters.filter((each) => each.longestMs < ms)) waiter.refuse(ms);
    this.#arm();
  }

  /**
   * Waits for this call's turn; an older call (a lower `order`) comes first. `refuse` makes the error
   * for a wait that is longer than `longestMs`.
   */
  enter(
    order: number,
    scope: CallScope,
    longestMs: number,
    refuse: (waitMs: number) => Error,
  ): Promise<void> {
    const closedMs = this.waitMs();
    if (closedMs > longestMs) return Promise.reject(refuse(closedMs));
    return scope.run(
      (signal) =>
        new Promise((resolve, reject) => {
          const waiter: Waiter = {
            order,
            longestMs,
            pass: resolve,
            refuse: (waitMs) => {
              this.#remove(waiter);
              reject(refuse(waitMs));
            },
          };
          signal.addEventListener('abort', () => this.#remove(waiter), { once: true });
          const next = this.#waiters.findIndex((other) => other.order > order);
          this.#waiters.splice(next < 0 ? this.#waiters.length : next, 0, waiter);
          if (this.#timer === undefined) this.#arm();
        }),
    );
  }

  /** Tells that this call was answered, or failed. */
  leave(order: number): void {
    if (this.#alone !== order) return;
    this.#alone = undefined;
    this.#arm();
  }

  /** Lets the next one out, now or when the gate opens. A timer runs only while somebody waits. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiters.length === 0) return;
    const waitMs = this.waitMs();
    if (waitMs === 0) {
      this.#release();
      return;
    }
    this.#timer = setTimeout(
      () => {
        // The timer decides, not the clock: the injected one may stand still.
        this.#opensAt = 0;
        this.#timer = undefined;
        this.#release();
      },
      Math.min(waitMs, longestTimerMs),
    );
  }

  #release(): void {
    // A login has no order of its own (it is below all): the call that waits for it may be the one
    // that is out alone.
    while (this.#waiters[0] && this.#waiters[0].order < 0) this.#waiters.shift()?.pass();
    if (this.#alone !== undefined) return;
    const next = this.#waiters.shift();
    this.#alone = next?.order;
    next?.pass();
  }

  #remove(waiter: Waiter): void {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
    if (this.#waiters.length === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
