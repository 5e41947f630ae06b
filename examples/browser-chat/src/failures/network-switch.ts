import type { WebSocketConstructor } from '@chat/client';

/** Simulates a lost network for the page's sockets: while it is off, open sockets break and new ones fail. */
export class NetworkSwitch {
  readonly #openSockets = new Set<() => void>();
  #isOff = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Turns the network off for `ms`. */
  disconnect(ms: number): void {
    this.#isOff = true;
    for (const breakSocket of this.#openSockets) breakSocket();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOff = false;
    }, ms);
  }

  /** A WebSocket class for the client: it wraps another one (default: the browser's own) and obeys this switch. */
  webSocketClass(wrapped?: WebSocketConstructor) {
    const network = this;
    return class extends EventTarget {
      readonly #socket: WebSocket | undefined;
      #isClosed = false;

      constructor(url: string) {
        super();
        const breakSocket = () => {
          network.#openSockets.delete(breakSocket);
          this.#emitClose(1006, '');
        };
        network.#openSockets.add(breakSocket);
        if (network.#isOff) {
          setTimeout(breakSocket, 150);
          return;
        }
        // Read the global class now: the mock replaces it after the page was loaded.
        const Class = (wrapped ?? WebSocket) as typeof WebSocket;
        this.#socket = new Class(url);
        this.#socket.addEventListener('open', () => this.#emit(new Event('open')));
        this.#socket.addEventListener('message', ({ data }) =>
          this.#emit(new MessageEvent('message', { data })),
        );
        this.#socket.addEventListener('error', () => this.#emit(new Event('error')));
        this.#socket.addEventListener('close', ({ code, reason }) => {
          network.#openSockets.delete(breakSocket);
          this.#emitClose(code, reason);
        });
      }

      get readyState(): number {
        return this.#isClosed
          ? WebSocket.CLOSED
          : (this.#socket?.readyState ?? WebSocket.CONNECTING);
      }

      get bufferedAmount(): number {
        return this.#socket?.bufferedAmount ?? 0;
      }

      binaryType = 'blob';

      send(data: string): void {
        if (!this.#isClosed) this.#socket?.send(data);
      }

      close(code?: number, reason?: string): void {
        this.#socket?.close(code, reason);
      }

      #emit(event: Event): void {
        if (!this.#isClosed) this.dispatchEvent(event);
      }

      #emitClose(code: number, reason: string): void {
        if (this.#isClosed) return;
        this.#isClosed = true;
        this.#socket?.close();
        this.dispatchEvent(new CloseEvent('close', { code, reason }));
      }
    };
  }
}
