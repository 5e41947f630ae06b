import { AbortError, ClientClosedError, TimeoutError } from '../errors/call-errors.js';
import type { ChatError } from '../errors/chat-error.js';
import type { AbortSignalLike } from '../types/platform.js';
import { onAbort } from './on-abort.js';
import { delay, setLongTimeout } from './timers.js';

/**
 * The lifetime of one operation. Each of its waits ends at once when the caller aborts, when the timeout is over or
 * when the client is closed, even if the awaited work ignores its signal.
 */
export class CancellationScope {
  readonly #name: string;
  readonly #waits = new Set<(error: ChatError) => void>();
  #cancelledWith: ChatError | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Rejects the current waits, and all later ones, with this error. */
  cancel(error: ChatError): void {
    this.#cancelledWith ??= error;
    for (const cancelWait of this.#waits) cancelWait(this.#cancelledWith);
  }

  throwIfCancelled(): void {
    if (this.#cancelledWith) throw this.#cancelledWith;
  }

  /**
   * Waits for `work`, at most `timeoutMs`; then its signal is aborted. `extraTimeMs` is called when the time is over:
   * the wait goes on for as long as it returns.
   */
  waitFor<T>(
    work: (signal: AbortSignal) => Promise<T>,
    timeoutMs?: number,
    what: string = this.#name,
    extraTimeMs: () => number = () => 0,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.throwIfCancelled();
      const controller = new AbortController();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle =
        <Result>(resolveOrReject: (result: Result) => void) =>
        (result: Result) => {
          clearTimeout(timer);
          this.#waits.delete(cancelWait);
          resolveOrReject(result);
        };
      const cancelWait = settle((error: ChatError) => {
        reject(error);
        controller.abort(error);
      });
      const startTimer = (ms: number) => {
        timer = setLongTimeout(onTimeout, ms);
      };
      const onTimeout = () => {
        const extraMs = extraTimeMs();
        if (extraMs > 0) startTimer(extraMs);
        else cancelWait(new TimeoutError(what, timeoutMs as number));
      };
      if (Number.isFinite(timeoutMs)) startTimer(timeoutMs as number);
      this.#waits.add(cancelWait);
      work(controller.signal).then(settle(resolve), settle(reject));
    });
  }

  sleep(ms: number): Promise<void> {
    return this.waitFor((signal) => delay(ms, signal));
  }
}

/** The operations of a client. Closing it cancels all of them and prevents new ones. */
export class ActiveOperations {
  closed = false;
  readonly #scopes = new Set<CancellationScope>();

  /** Runs `work` in its own scope, until the caller's signal aborts. */
  async run<T>(
    name: string,
    signal: AbortSignalLike | undefined,
    work: (scope: CancellationScope) => Promise<T>,
  ): Promise<T> {
    if (this.closed) throw new ClientClosedError();
    const scope = new CancellationScope(name);
    const cancel = () => scope.cancel(new AbortError(name, { cause: signal?.reason }));
    this.#scopes.add(scope);
    const stopListening = onAbort(signal, cancel);
    if (signal?.aborted) cancel();
    try {
      return await work(scope);
    } finally {
      this.#scopes.delete(scope);
      stopListening();
    }
  }

  close(): void {
    this.closed = true;
    for (const scope of this.#scopes) scope.cancel(new ClientClosedError());
  }
}
