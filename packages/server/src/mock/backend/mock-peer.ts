import type { SocketHandler, SocketPeer } from '../../domain/api.js';
import type { MockConnection } from './mock-sockets.js';

/** The WebSocket of an adapter. */
export interface MockTransport {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Closes the connection without a close frame. */
  drop(): void;
  /** Missing when clients do not answer pings, or the mock's clock does not run by itself. */
  ping?(): void;
  bufferedBytes(): number;
}

/** Connects a WebSocket to the domain: connecting, open, closed. */
export class MockPeer implements MockConnection {
  readonly token: string;
  readonly #transport: MockTransport;
  readonly #onClosed: () => void;
  readonly #rejects: (frame: string | Uint8Array) => boolean;
  /** Frames that arrive before the domain has the socket. */
  #earlyFrames: (string | Uint8Array)[] = [];
  #session: SocketHandler | undefined;
  #accepted = false;
  #closed = false;
  #pendingClose: (() => void) | undefined;

  /**
   * @param onClosed called once, whoever closes the socket
   * @param rejects whether a frame is rejected without the domain
   */
  constructor(
    transport: MockTransport,
    token: string,
    onClosed: () => void,
    rejects: (frame: string | Uint8Array) => boolean,
  ) {
    this.#transport = transport;
    this.token = token;
    this.#onClosed = onClosed;
    this.#rejects = rejects;
  }

  isOpen(): boolean {
    return this.#accepted && !this.#closed;
  }

  /** Passes the open socket to the domain, or closes it if that was requested in the meantime. */
  opened(open: (peer: SocketPeer) => SocketHandler): void {
    if (this.#closed) return;
    if (this.#pendingClose !== undefined) {
      this.#pendingClose();
      return;
    }
    this.#session = open(this.#peer());
    for (const frame of this.#earlyFrames.splice(0)) this.received(frame);
  }

  received(frame: string | Uint8Array): void {
    if (this.#closed) return;
    if (this.#session === undefined) this.#earlyFrames.push(frame);
    else if (!this.#rejects(frame)) this.#session.onMessage(frame);
  }

  receivedPong(): void {
    this.#session?.onPong();
  }

  /** The client closed the socket, or its connection broke. */
  markClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClosed();
    this.#session?.onClose();
  }

  close(code: number, reason: string): void {
    this.#onceOpen(() => {
      this.markClosed();
      this.#transport.close(code, reason);
    });
  }

  drop(): void {
    this.#onceOpen(() => {
      this.markClosed();
      this.#transport.drop();
    });
  }

  #onceOpen(end: () => void): void {
    if (this.#closed) return;
    if (this.#session === undefined) this.#pendingClose ??= end;
    else end();
  }

  #peer(): SocketPeer {
    const transport = this.#transport;
    return {
      send: (text) => {
        if (this.#closed) return;
        // The first frame is the greeting, which only accepted sockets get.
        this.#accepted = true;
        transport.send(text);
      },
      close: (code, reason) => this.close(code, reason),
      terminate: () => this.drop(),
      bufferedBytes: () => transport.bufferedBytes(),
      ...(transport.ping && { ping: () => transport.ping?.() }),
    };
  }
}
