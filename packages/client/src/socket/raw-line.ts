import { later } from '../later.js';

/** How long a peer may take to answer our goodbye. */
const GOODBYE_MS = 1000;

interface RawSocket {
  readonly alpnProtocol?: unknown;
  readonly destroyed?: boolean;
  destroy(): void;
  once(event: 'close', listener: () => void): void;
}

interface Notice {
  readonly request: { readonly path: string; readonly upgrade: unknown };
  readonly socket: RawSocket;
}

type Channels = Record<'subscribe' | 'unsubscribe', (name: string, heard: Heard) => void>;
type Heard = (notice: Notice) => void;

/** In the order of the dials, which is the order of their requests. */
const waiting = new Set<RawLine>();
const taken = new WeakSet<Notice['request']>();

/**
 * The TCP socket beneath a WebSocket of Node's own class. That class waits for ever for a peer that
 * answers no close frame, keeps the process alive meanwhile, and has nothing to cut it with; what it is
 * made of (undici) shows the socket in its diagnostics. Elsewhere, and beneath a mock, there is none.
 */
export class RawLine {
  readonly #path: string;
  readonly #channels: Channels | undefined;
  #request: Notice['request'] | undefined;
  #socket: RawSocket | undefined;

  /** To be made right before the WebSocket for this URL. */
  constructor(url: string) {
    const { process } = globalThis as {
      process?: { getBuiltinModule?(name: string): Channels | undefined };
    };
    this.#channels = process?.getBuiltinModule?.('node:diagnostics_channel');
    this.#path = this.#channels === undefined ? '' : url.replace(/^\w+:\/\/[^/]*/, '');
    if (this.#channels === undefined) return;
    waiting.add(this);
    this.#channels.subscribe('undici:request:create', this.#created);
    this.#channels.subscribe('undici:client:sendHeaders', this.#sent);
  }

  /** The dial is over, one way or the other: what is not known by now stays unknown. */
  stop(): void {
    waiting.delete(this);
    this.#channels?.unsubscribe('undici:request:create', this.#created);
    this.#channels?.unsubscribe('undici:client:sendHeaders', this.#sent);
  }

  /** Ends the socket: at once, or when the peer has had its time to say goodbye. */
  end(atOnce: boolean): void {
    this.stop();
    const socket = this.#socket;
    if (atOnce) socket?.destroy();
    if (atOnce || socket === undefined || socket.destroyed) return;
    const timer = later(() => socket.destroy(), GOODBYE_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  readonly #created: Heard = ({ request }) => {
    if (request.upgrade !== 'websocket' || taken.has(request)) return;
    if ([...waiting].find((line) => line.#path === request.path) !== this) return;
    waiting.delete(this);
    taken.add(request);
    this.#request = request;
    this.#channels?.unsubscribe('undici:request:create', this.#created);
  };

  readonly #sent: Heard = ({ request, socket }) => {
    if (request !== this.#request) return;
    // Over HTTP/2 it carries the requests of others too.
    if (socket.alpnProtocol !== 'h2') this.#socket = socket;
    this.stop();
  };
}
