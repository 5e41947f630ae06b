import type { CancellationScope } from '../lib/cancellation-scope.js';
import { setLongTimeout } from '../lib/timers.js';
import { maxImposedWaitMs } from './retry-policy.js';

interface Waiter {
  readonly queuePosition: number;
  readonly maxWaitMs: number;
  readonly admit: () => void;
  readonly reject: (waitMs: number) => void;
}

/**
 * All calls of the client wait here after a 429. When the wait is over, the gate admits one call at a time, oldest
 * first, and the next one when it has its response: admitted together, the calls would use up the rate limit again and
 * spend their retries on each other.
 */
export class RateLimitGate {
  readonly #now: () => number;
  /** Oldest first. */
  #waiters: readonly Waiter[] = [];
  #opensAt = 0;
  /** The last requested wait. */
  #requestedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The queue position of the admitted call that has no response yet. */
  #probeInFlight: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** In how many milliseconds the gate opens; negative when it has opened already. */
  opensInMs(): number {
    // If the clock is set back, the wait must not grow by the difference.
    return Math.min(this.#requestedMs, this.#opensAt - this.#now());
  }

  /** Whether a call may pass without waiting. */
  isOpen(): boolean {
    return !this.#waiters.length && this.#probeInFlight === undefined && this.opensInMs() <= 0;
  }

  /** Closes the gate for `requestedMs` from now, at most an hour, unless it is already closed for longer. */
  closeFor(requestedMs: number): void {
    const ms = Math.min(requestedMs, maxImposedWaitMs);
    if (ms <= 0 || ms <= this.opensInMs()) return;
    this.#requestedMs = ms;
    this.#opensAt = this.#now() + ms;
    for (const waiter of this.#waiters) if (waiter.maxWaitMs < ms) waiter.reject(ms);
    this.#clearTimer();
    this.#admitNext();
  }

  /**
   * Waits for this call's turn, after the calls with a lower `queuePosition`. Rejects with `createError(waitMs)` when
   * the wait is longer than `maxWaitMs`. An admitted call must `release` the gate.
   */
  acquire(
    queuePosition: number,
    scope: CancellationScope,
    maxWaitMs: number,
    createError: (waitMs: number) => Error,
  ): Promise<void> {
    return scope.waitFor(
      (signal) =>
        new Promise((admit, reject) => {
          const remove = () => {
            this.#waiters = this.#waiters.filter((other) => other !== waiter);
            this.#admitNext();
          };
          const waiter: Waiter = {
            queuePosition,
            maxWaitMs,
            admit,
            reject: (waitMs) => {
              remove();
              reject(createError(waitMs));
            },
          };
          signal.addEventListener('abort', remove);
          this.#waiters = [...this.#waiters, waiter].sort(
            (a, b) => a.queuePosition - b.queuePosition,
          );
          const closedMs = this.opensInMs();
          if (closedMs > maxWaitMs) waiter.reject(closedMs);
          else this.#admitNext();
        }),
    );
  }

  /** Called when the call has its response, or has failed. */
  release(queuePosition: number): void {
    if (this.#probeInFlight !== queuePosition) return;
    this.#probeInFlight = undefined;
    this.#admitNext();
  }

  /** Admits the next call, now or when the gate opens. The timer runs only while a call waits. */
  #admitNext(): void {
    const next = this.#waiters[0];
    if (next === undefined) {
      this.#clearTimer();
      return;
    }
    const waitMs = this.opensInMs();
    if (waitMs > 0) {
      this.#timer ??= setLongTimeout(() => {
        this.#clearTimer();
        // The timer decides, not the clock: an injected clock may stand still.
        this.#opensAt = Math.min(this.#opensAt, this.#now());
        this.#admitNext();
      }, waitMs);
      return;
    }
    // A login or a stop (a negative position) passes always: the call in flight may be waiting for it.
    if (next.queuePosition >= 0) {
      if (this.#probeInFlight !== undefined) return;
      this.#probeInFlight = next.queuePosition;
    }
    this.#waiters = this.#waiters.slice(1);
    next.admit();
    this.#admitNext();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
