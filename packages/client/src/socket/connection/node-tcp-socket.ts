import { setLongTimeout } from '../../lib/timers.js';

/** How long the peer may take to answer our close frame. */
const CLOSE_TIMEOUT_MS = 1000;

interface TcpSocket {
  readonly alpnProtocol?: unknown;
  readonly destroyed?: boolean;
  destroy(): void;
  once(event: 'close', listener: () => void): void;
}

interface ChannelMessage {
  readonly request: { readonly path: string; readonly upgrade: unknown };
  readonly socket: TcpSocket;
}

type Channels = Record<'subscribe' | 'unsubscribe', (name: string, listener: Listener) => void>;
type Listener = (message: ChannelMessage) => void;

/** In the order of creation, which is the order of their HTTP requests. */
const pendingConnections = new Set<NodeTcpSocket>();
const claimedRequests = new WeakSet<ChannelMessage['request']>();

/**
 * The TCP socket under Node's built-in WebSocket. That class waits forever for a peer that does not answer a close
 * frame, keeps the process alive meanwhile, and has no `terminate()`. Its implementation (undici) publishes the TCP
 * socket on diagnostics channels. In other runtimes, and under a mock, no socket is found.
 */
export class NodeTcpSocket {
  readonly #path: string;
  readonly #channels: Channels | undefined;
  #request: ChannelMessage['request'] | undefined;
  #socket: TcpSocket | undefined;

  /** Must be created right before the WebSocket for this URL. */
  constructor(url: string) {
    const { process } = globalThis as {
      process?: { getBuiltinModule?(name: string): Channels | undefined };
    };
    this.#channels = process?.getBuiltinModule?.('node:diagnostics_channel');
    this.#path = this.#channels === undefined ? '' : url.replace(/^\w+:\/\/[^/]*/, '');
    if (this.#channels === undefined) return;
    pendingConnections.add(this);
    this.#channels.subscribe('undici:request:create', this.#onRequestCreated);
    this.#channels.subscribe('undici:client:sendHeaders', this.#onHeadersSent);
  }

  /** Call it when the handshake has ended: a socket that is not found by then is never found. */
  stopSearching(): void {
    pendingConnections.delete(this);
    this.#channels?.unsubscribe('undici:request:create', this.#onRequestCreated);
    this.#channels?.unsubscribe('undici:client:sendHeaders', this.#onHeadersSent);
  }

  /** Destroys the TCP socket: immediately, or when the peer did not close it in time. */
  close(immediately: boolean): void {
    this.stopSearching();
    const socket = this.#socket;
    if (immediately) socket?.destroy();
    if (immediately || socket === undefined || socket.destroyed) return;
    const timer = setLongTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  readonly #onRequestCreated: Listener = ({ request }) => {
    if (request.upgrade !== 'websocket' || claimedRequests.has(request)) return;
    if ([...pendingConnections].find((pending) => pending.#path === request.path) !== this) return;
    pendingConnections.delete(this);
    claimedRequests.add(request);
    this.#request = request;
    this.#channels?.unsubscribe('undici:request:create', this.#onRequestCreated);
  };

  readonly #onHeadersSent: Listener = ({ request, socket }) => {
    if (request !== this.#request) return;
    // An HTTP/2 connection carries other requests too.
    if (socket.alpnProtocol !== 'h2') this.#socket = socket;
    this.stopSearching();
  };
}
