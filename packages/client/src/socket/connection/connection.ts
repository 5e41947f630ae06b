import { ConnectionError, TimeoutError } from '../../errors/call-errors.js';
import { setLongTimeout } from '../../lib/timers.js';
import type { SocketStateCause } from '../state-change.js';
import { ABNORMAL, NORMAL } from './close-policy.js';
import { NodeTcpSocket } from './node-tcp-socket.js';
import type { WebSocketLike } from './open-web-socket.js';

/** How a WebSocket ended. Without `error`, the peer sent a close frame. */
export type CloseCause = SocketStateCause & { readonly code: number };

export interface ConnectionHandlers {
  /** Returns the handler of incoming text frames. */
  onOpen(): (text: string) => void;
  /** The connection was lost. Called at most once, and never after {@link Connection.close}. */
  onLost(cause: CloseCause): void;
}

const OPEN = 1;

/**
 * One WebSocket attempt, from before it opens until after it closed. `signal` aborts when the attempt is over. It has
 * a single timer, because it waits for one thing at a time.
 */
export class Connection {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  /** Stays true after the WebSocket closed. */
  opened = false;
  /** When the backend accepted the connection; `Infinity` before. */
  acceptedAt = Number.POSITIVE_INFINITY;
  token = '';
  /** Received frames. A new one proves that the connection is alive. */
  frameCount = 0;
  /** Whether a message was sent that is lost when the connection is closed now. */
  hasUnconfirmed = () => false;
  /** Called before the acceptance by the backend has an effect; it may close this connection. */
  beforeAccept = () => {};
  /** The token was refreshed after a rejection and not used yet: another rejection is final. */
  tokenIsFresh = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #socket: (WebSocketLike & { terminate?(): void }) | undefined;
  #tcpSocket: NodeTcpSocket | undefined;
  #handlers: ConnectionHandlers | undefined;

  /** Runs `task` after `ms`; replaces the previous timer. Does nothing once the connection is closed. */
  setTimer(ms: number, task: () => void): void {
    clearTimeout(this.#timer);
    if (!this.signal.aborted) this.#timer = setLongTimeout(task, ms);
    // An open socket keeps a Node process alive itself; that of a mock must not, or tests would never end.
    if (this.opened) (this.#timer as { unref?(): void } | undefined)?.unref?.();
  }

  /** @throws what `createWebSocket` throws */
  open(
    createWebSocket: (url: string) => WebSocketLike,
    url: string,
    timeoutMs: number,
    handlers: ConnectionHandlers,
  ): void {
    this.#handlers = handlers;
    this.#tcpSocket = new NodeTcpSocket(url);
    const socket = createWebSocket(url);
    this.#socket = socket;
    let onText: ((text: string) => void) | undefined;
    const on = <Event>(type: string, listener: (event: Event) => void) =>
      socket.addEventListener(type, (event: Event) => {
        if (!this.signal.aborted) listener(event);
      });
    // Runtimes report a failure differently: only `error`, only `close`, both, or neither. The first event counts,
    // the rest is ignored.
    on('open', () => {
      this.opened = true;
      this.#tcpSocket?.stopSearching();
      onText = handlers.onOpen();
    });
    on('message', ({ data }: { data: unknown }) => {
      this.frameCount += 1;
      if (typeof data === 'string') onText?.(data);
    });
    // The runtime's own message may contain the URL, and the URL contains the token.
    const [address] = url.split('?');
    on('error', () => this.fail(new ConnectionError(`The WebSocket to ${address} failed.`)));
    on('close', ({ code, reason }: { code: number; reason: string }) =>
      handlers.onLost({ code, reason }),
    );
    this.setTimer(timeoutMs, () => this.fail(new TimeoutError('Opening the WebSocket', timeoutMs)));
  }

  /** False when the connection is closing or closed; then nothing was sent. */
  readonly send = (frame: object): boolean => {
    // A closing WebSocket silently discards what it is given.
    if (this.#socket?.readyState !== OPEN) return false;
    try {
      this.#socket.send(JSON.stringify(frame));
      return true;
    } catch {
      this.fail(new ConnectionError('The WebSocket could not send the frame.'));
      return false;
    }
  };

  /** Closes an unusable connection and reports it as lost. */
  fail(error: Error): void {
    this.close(true);
    this.#handlers?.onLost({ code: ABNORMAL, reason: '', error });
  }

  /** Closes the connection without calling the handlers. */
  close(terminate = false): void {
    if (this.signal.aborted) return;
    this.#controller.abort();
    clearTimeout(this.#timer);
    try {
      // A dead peer does not answer a close frame, and ws would keep the process alive while it waits.
      if (terminate && this.#socket?.terminate) this.#socket.terminate();
      else this.#socket?.close(NORMAL);
    } catch {
      // Some WebSocket classes throw when they never opened; then there is nothing to close.
    }
    this.#tcpSocket?.close(terminate);
  }
}
