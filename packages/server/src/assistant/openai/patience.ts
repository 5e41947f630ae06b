import type { Clock } from '../../chat/ports.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';

/**
 * One request's signal: aborted with the caller's, or when the endpoint was silent for too long since
 * the last `heard`.
 */
export class Patience {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #stop: () => void = () => {};

  constructor(caller: AbortSignal, clock: Clock, timeoutMs: number) {
    this.#caller = caller;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    caller.addEventListener('abort', this.#leave);
    if (caller.aborted) this.#leave();
    else this.heard();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    this.#stop();
    this.#stop = this.#clock.after(this.#timeoutMs, () =>
      this.#abort.abort(
        new AssistantEndpointError(
          `The assistant's endpoint was silent for ${this.#timeoutMs} ms.`,
        ),
      ),
    );
  }

  /** Leaves no timer and no listener, and no request under way. */
  end(): void {
    this.#stop();
    this.#caller.removeEventListener('abort', this.#leave);
    this.#abort.abort();
  }

  readonly #leave = (): void => {
    this.#stop();
    this.#abort.abort(this.#caller.reason);
  };
}
