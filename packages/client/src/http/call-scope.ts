import type { ChatError } from '../errors/chat-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { later } from '../later.js';
import { pause } from '../pause.js';

/**
 * The life of one call. Every wait of it goes through here and ends at once when the
 * caller aborts, when its time is over or when the client is closed, even if what is waited for never
 * looks at its signal.
 */
export class CallScope {
  readonly #name: string;
  readonly #waits = new Set<(error: ChatError) => void>();
  #endedBy: ChatError | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Ends the wait under way, and all to come, with this error. */
  end(error: ChatError): void {
    this.#endedBy ??= error;
    for (const stop of this.#waits) stop(this.#endedBy);
  }

  throwIfEnded(): void {
    if (this.#endedBy) throw this.#endedBy;
  }

  /**
   * Waits for `work`, at most `timeoutMs`. Its signal is aborted when it is not waited for any more.
   * `graceMs` is asked when the time is over: what it returns is waited in addition.
   */
  run<T>(
    work: (signal: AbortSignal) => Promise<T>,
    timeoutMs: number = Number.POSITIVE_INFINITY,
    what: string = this.#name,
    graceMs: () => number = () => 0,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.throwIfEnded();
      const controller = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle =
        <Outcome>(how: (outcome: Outcome) => void) =>
        (outcome: Outcome) => {
          clearTimeout(timer);
          this.#waits.delete(stop);
          how(outcome);
        };
      const stop = settle((error: ChatError) => {
        reject(error);
        controller.abort(error);
      });
      const arm = (ms: number) => {
        if (ms < Number.POSITIVE_INFINITY) timer = later(onTime, ms);
      };
      const onTime = () => {
        const grace = graceMs();
        if (grace > 0) arm(grace);
        else stop(new TimeoutError(what, timeoutMs));
      };
      arm(timeoutMs);
      this.#waits.add(stop);
      work(controller.signal).then(settle(resolve), settle(reject));
    });
  }

  sleep(ms: number): Promise<void> {
    return this.run((signal) => pause(ms, signal));
  }
}
