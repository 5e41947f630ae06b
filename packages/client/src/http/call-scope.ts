import { AbortError } from '../errors/abort-error.js';
import type { ChatError } from '../errors/chat-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { AbortSignalLike } from '../types/abort-signal.js';

/** Beyond this a timer fires at once (HTML, Node): such a wait has no end of its own. */
export const longestTimerMs = 2_147_483_647;

/** Those who can be ended together, when the client is closed. */
export type LiveScopes = Set<CallScope>;

/**
 * The life of one call. Every wait of it goes through here and ends at once when the
 * caller aborts, when its time is over or when the client is closed, even if what is waited for never
 * looks at its signal. One listener on the caller's signal, gone when the call is.
 */
export class CallScope {
  readonly #name: string;
  readonly #live: LiveScopes;
  readonly #signal: AbortSignalLike | undefined;
  #endedBy: ChatError | undefined;
  readonly #waits = new Set<(error: ChatError) => void>();

  constructor(name: string, live: LiveScopes, signal: AbortSignalLike | undefined) {
    this.#name = name;
    this.#live = live;
    this.#signal = signal;
    live.add(this);
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
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
    graceMs?: () => number,
  ): Promise<T> {
    if (this.#endedBy) return Promise.reject(this.#endedBy);
    return new Promise<T>((resolve, reject) => {
      const controller = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const finish = () => {
        clearTimeout(timer);
        this.#waits.delete(stop);
      };
      const stop = (error: ChatError) => {
        finish();
        reject(error);
        controller.abort(error);
      };
      const arm = (ms: number) => {
        if (ms <= longestTimerMs) timer = setTimeout(onTime, ms);
      };
      const onTime = () => {
        const grace = graceMs?.() ?? 0;
        if (grace > 0) arm(grace);
        else stop(new TimeoutError(what, timeoutMs));
      };
      arm(timeoutMs);
      this.#waits.add(stop);
      work(controller.signal).then(
        (value) => {
          finish();
          resolve(value);
        },
        (error) => {
          finish();
          reject(error);
        },
      );
    });
  }

  sleep(ms: number): Promise<void> {
    return this.run(
      (signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, longestTimerMs));
          signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
        }),
    );
  }

  /** The call is over: lets go of the caller's signal. */
  dispose(): void {
    this.#live.delete(this);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = () => this.end(new AbortError(this.#name, { cause: this.#signal?.reason }));
}
