import { closeCodes } from '@chat/contract';
import { ConnectionError } from '../errors/connection-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { WebSocketLike } from './dependencies.js';
import { later } from './later.js';
import type { RawLine } from './raw-line.js';

/** How a connection ended; the first sign of it counts. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** Missing when the peer said goodbye with a close frame. */
  readonly error?: Error;
}

export interface ConnectionHandlers {
  opened(): void;
  received(text: string): void;
  /** Called once at most, and never after {@link Connection.end}. */
  ended(ending: Ending): void;
}

const OPEN = 1;

/**
 * The life of one WebSocket. Runtimes disagree on what they tell of a failure (`error` alone, `close`
 * alone, both, or nothing at all), so whichever comes first is the end, and the rest is not heard.
 */
export class Connection {
  /** Whether the WebSocket ever opened. */
  opened = false;
  readonly #socket: WebSocketLike;
  readonly #line: RawLine;
  readonly #handlers: ConnectionHandlers;
  readonly #timer: ReturnType<typeof setTimeout>;
  #ended = false;

  readonly #listeners: Readonly<Record<string, (event: never) => void>> = {
    open: () => {
      this.opened = true;
      clearTimeout(this.#timer);
      this.#line.stop();
      this.#handlers.opened();
    },
    message: ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.#handlers.received(data);
    },
    error: () => this.cut(new ConnectionError('The WebSocket failed.')),
    close: ({ code, reason }: { code: number; reason: string }) => {
      if (!this.#detach()) return;
      this.#line.stop();
      this.#handlers.ended({ code, reason });
    },
  };

  constructor(
    socket: WebSocketLike,
    line: RawLine,
    timeoutMs: number,
    handlers: ConnectionHandlers,
  ) {
    this.#socket = socket;
    this.#line = line;
    this.#handlers = handlers;
    for (const [type, listener] of Object.entries(this.#listeners)) {
      socket.addEventListener(type, listener);
    }
    this.#timer = later(
      () => this.cut(new TimeoutError('Opening the WebSocket', timeoutMs)),
      timeoutMs,
    );
  }

  /** False when the line cannot take a frame any more; nothing was sent then. */
  send(text: string): boolean {
    // A closing socket swallows what it is given, in silence.
    if (this.#socket.readyState !== OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Ends a line that is no good, and tells. */
  cut(error: Error): void {
    if (!this.#detach()) return;
    this.#hangUp(true);
    this.#handlers.ended({ code: closeCodes.abnormal, reason: '', error });
  }

  /** Ends the line without a word to the handlers. */
  end(): void {
    if (this.#detach()) this.#hangUp(false);
  }

  #detach(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.#timer);
    for (const [type, listener] of Object.entries(this.#listeners)) {
      this.#socket.removeEventListener(type, listener);
    }
    // ws throws an `error` that nobody listens to, and a socket that is given up may still have one.
    this.#socket.addEventListener('error', ignore);
    return true;
  }

  #hangUp(dead: boolean): void {
    const socket: WebSocketLike & { terminate?: () => void } = this.#socket;
    // A dead peer answers no close frame, and ws would keep the process alive waiting for it.
    const terminate = dead ? socket.terminate : undefined;
    try {
      if (terminate === undefined) socket.close(closeCodes.normal);
      else terminate.call(socket);
    } catch {
      // Some classes throw when they never opened; there is nothing left to close then.
    }
    this.#line.end(dead);
  }
}

function ignore(): void {}
