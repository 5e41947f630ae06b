import { ConnectionError } from '../errors/connection-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { later } from '../later.js';
import { ABNORMAL, NORMAL } from './close-policy.js';
import type { WebSocketLike } from './dependencies.js';
import type { StateChange } from './events.js';
import { RawLine } from './raw-line.js';

/** What led to a state. */
export type Why = Omit<StateChange, 'state' | 'retryInMs'>;

/** How a WebSocket ended. Without an error the peer said goodbye with a close frame. */
export type Ending = Why & { readonly code: number };

export interface LineHandlers {
  /** Returns what is to be called with each text that comes. */
  opened(): (text: string) => void;
  /** The WebSocket is over by itself; called once at most, and never after {@link Line.end}. */
  broke(why: Ending): void;
}

const OPEN = 1;

/**
 * One attempt at a WebSocket, from before the dial until after its end. All that belongs to it hangs on
 * `signal`, and it waits for one thing at a time.
 */
export class Line {
  readonly #over = new AbortController();
  /** Aborts when the line is over. */
  readonly signal = this.#over.signal;
  /** Whether the WebSocket ever opened. */
  opened = false;
  /** Since when the backend lets us use it. */
  usedSince = Number.POSITIVE_INFINITY;
  /** What it was dialled with. */
  token = '';
  /** The token answers a refusal, and the backend has not acted on it: one more refusal is the end. */
  onTrial = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #socket: (WebSocketLike & { terminate?(): void }) | undefined;
  #raw: RawLine | undefined;
  #handlers: LineHandlers | undefined;

  /** Runs `task` after `ms`, unless the line is over by then or waits for something else. */
  after(ms: number, task: () => void): void {
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#timer = later(task, ms);
  }

  /** @throws whatever `open` throws */
  dial(
    open: (url: string) => WebSocketLike,
    url: string,
    timeoutMs: number,
    handlers: LineHandlers,
  ): void {
    this.#handlers = handlers;
    this.#raw = new RawLine(url);
    const socket = open(url);
    this.#socket = socket;
    let received: ((text: string) => void) | undefined;
    const on = <Event>(type: string, listener: (event: Event) => void) =>
      socket.addEventListener(type, (event: Event) => {
        if (!this.signal.aborted) listener(event);
      });
    // Runtimes disagree on what they tell of a failure (`error` alone, `close` alone, both, or nothing
    // at all), so whichever comes first is the end, and the rest is not heard.
    on('open', () => {
      this.opened = true;
      this.#raw?.stop();
      received = handlers.opened();
    });
    on('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string') received?.(data);
    });
    // Its own message may hold the URL, and the URL holds the token.
    const [address] = url.split('?');
    on('error', () => this.cut(new ConnectionError(`The WebSocket to ${address} failed.`)));
    on('close', ({ code, reason }: { code: number; reason: string }) =>
      handlers.broke({ code, reason }),
    );
    this.after(timeoutMs, () => this.cut(new TimeoutError('Opening the WebSocket', timeoutMs)));
  }

  /** False when the line cannot take a frame any more; nothing was sent then. */
  readonly send = (frame: object): boolean => {
    // A closing socket swallows what it is given, in silence.
    if (this.#socket?.readyState !== OPEN) return false;
    try {
      this.#socket.send(JSON.stringify(frame));
      return true;
    } catch {
      this.cut(new ConnectionError('The WebSocket took no frame.'));
      return false;
    }
  };

  /** Ends a line that is no good, and tells. */
  cut(error: Error): void {
    this.end(true);
    this.#handlers?.broke({ code: ABNORMAL, reason: '', error });
  }

  /** Ends the line without a word to the handlers. */
  end(isDead = false): void {
    if (this.signal.aborted) return;
    this.#over.abort();
    clearTimeout(this.#timer);
    try {
      // A dead peer answers no close frame, and ws would keep the process alive waiting for it.
      if (isDead && this.#socket?.terminate) this.#socket.terminate();
      else this.#socket?.close(NORMAL);
    } catch {
      // Some classes throw when they never opened; there is nothing left to close then.
    }
    this.#raw?.end(isDead);
  }
}
