import type { Clock } from '../../domain/ports/index.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';

/**
 * The signal of one request: aborted with the caller's signal, or `timeoutMs` after the last `reset`. Without `timeoutMs`
 * only the caller limits the request.
 */
export class InactivityTimeout {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal;
  readonly #clock: Clock;
  readonly #timeoutMs: number | undefined;
  #cancelTimer: () => void = () => {};
  #isExpiring = false;

  constructor(caller: AbortSignal, clock: Clock, timeoutMs: number | undefined) {
    this.#caller = caller;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    caller.addEventListener('abort', this.#onCallerAbort);
    if (caller.aborted) this.#onCallerAbort();
    else this.reset();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  reset(): void {
    this.#cancelTimer();
    this.#isExpiring = false;
    if (this.#timeoutMs !== undefined) this.#startTimer(this.#timeoutMs);
  }

  /** Aborts after `ms`, which only `reset` prevents. */
  expireIn(ms: number): void {
    if (this.#isExpiring) return;
    this.#cancelTimer();
    this.#isExpiring = true;
    this.#startTimer(ms);
  }

  /** Removes the timer and the listener, and aborts the request if it is still in progress. */
  dispose(): void {
    this.#cancelTimer();
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
    this.#abort.abort();
  }

  #startTimer(ms: number): void {
    this.#cancelTimer = this.#clock.after(ms, () =>
      this.#abort.abort(
        new AssistantEndpointError(`The assistant's endpoint sent nothing for ${ms} ms.`),
      ),
    );
  }

  readonly #onCallerAbort = (): void => {
    this.#cancelTimer();
    this.#abort.abort(this.#caller.reason);
  };
}
