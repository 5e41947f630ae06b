/** The plug of the page's sockets: while it is out, those that are open break and none opens. */
export class Plug {
  readonly #broken = new Set<() => void>();
  #isOut = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Pulls the plug for so long. */
  pull(ms: number): void {
    this.#isOut = true;
    for (const breakOff of this.#broken) breakOff();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOut = false;
    }, ms);
  }

  /** A WebSocket class for the client: the browser's own, which breaks with the line. */
  webSocketClass() {
    const plug = this;
    return class extends EventTarget {
      readonly #socket: WebSocket | undefined;
      #isOver = false;

      constructor(url: string) {
        super();
        const breakOff = () => {
          plug.#broken.delete(breakOff);
          this.#end(1006, '');
        };
        plug.#broken.add(breakOff);
        if (plug.#isOut) {
          setTimeout(breakOff, 150);
          return;
        }
        // Looked up now: with the mock it is another one than when the page began.
        this.#socket = new WebSocket(url);
        this.#socket.addEventListener('open', () => this.#tell(new Event('open')));
        this.#socket.addEventListener('message', ({ data }) =>
          this.#tell(new MessageEvent('message', { data })),
        );
        this.#socket.addEventListener('error', () => this.#tell(new Event('error')));
        this.#socket.addEventListener('close', ({ code, reason }) => {
          plug.#broken.delete(breakOff);
          this.#end(code, reason);
        });
      }

      get readyState(): number {
        return this.#isOver ? WebSocket.CLOSED : (this.#socket?.readyState ?? WebSocket.CONNECTING);
      }

      get bufferedAmount(): number {
        return this.#socket?.bufferedAmount ?? 0;
      }

      binaryType = 'blob';

      send(data: string): void {
        if (!this.#isOver) this.#socket?.send(data);
      }

      close(code?: number, reason?: string): void {
        this.#socket?.close(code, reason);
      }

      #tell(event: Event): void {
        if (!this.#isOver) this.dispatchEvent(event);
      }

      #end(code: number, reason: string): void {
        if (this.#isOver) return;
        this.#isOver = true;
        this.#socket?.close();
        this.dispatchEvent(new CloseEvent('close', { code, reason }));
      }
    };
  }
}
