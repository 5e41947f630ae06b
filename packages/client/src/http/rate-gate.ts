import { later } from '../later.js';
import type { CallScope } from './call-scope.js';

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
  /** The oldest first. */
  #waiters: readonly Waiter[] = [];
  #opensAt = 0;
  /** What was asked for last. */
  #askedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The call that was let out alone and is not answered yet. */
  #alone: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** In how many milliseconds the gate opens; below 0 when it did before. */
  opensInMs(): number {
    // A clock that steps back would hold the gate for as long as the step.
    return Math.min(this.#askedMs, this.#opensAt - this.#now());
  }

  /** Whether a call can go on without waiting. */
  isFree(): boolean {
    return this.#waiters.length === 0 && this.#alone === undefined && this.opensInMs() <= 0;
  }

  /** Closes the gate for `ms` from now, or leaves it closed when it already is for longer. */
  close(ms: number): void {
    if (ms <= 0 || ms <= this.opensInMs()) return;
    this.#askedMs = ms;
    this.#opensAt = this.#now() + ms;
    for (const waiter of this.#waiters) if (waiter.longestMs < ms) waiter.refuse(ms);
    this.#disarm();
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
    return scope.run(
      (signal) =>
        new Promise((pass, reject) => {
          const remove = () => {
            this.#waiters = this.#waiters.filter((other) => other !== waiter);
            this.#arm();
          };
          const waiter: Waiter = {
            order,
            longestMs,
            pass,
            refuse: (waitMs) => {
              remove();
              reject(refuse(waitMs));
            },
          };
          signal.addEventListener('abort', remove);
          this.#waiters = [...this.#waiters, waiter].sort((a, b) => a.order - b.order);
          const closedMs = this.opensInMs();
          if (closedMs > longestMs) waiter.refuse(closedMs);
          else this.#arm();
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
    const next = this.#waiters[0];
    if (next === undefined) {
      this.#disarm();
      return;
    }
    const waitMs = this.opensInMs();
    if (waitMs > 0) {
      this.#timer ??= later(() => {
        this.#disarm();
        // The timer decides, not the clock: the injected one may stand still.
        this.#opensAt = Math.min(this.#opensAt, this.#now());
        this.#arm();
      }, waitMs);
      return;
    }
    // A login has no order of its own (it is below all): the call that waits for it may be the one
    // that is out alone.
    if (next.order >= 0) {
      if (this.#alone !== undefined) return;
      this.#alone = next.order;
    }
    this.#waiters = this.#waiters.slice(1);
    next.pass();
    this.#arm();
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
