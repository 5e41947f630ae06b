import { randomId } from '../lib/random-id.js';
import type { WebSocketLike } from '../socket/connection/open-web-socket.js';
import type { MessageFromLeader } from './messages.js';

const OPEN = 1;
const ABNORMAL = 1006;
const RESTART = 1012;
/** Frames whose sender is remembered, to send it the error of its frame. */
const MAX_SENDERS = 1000;

interface ServerFrame {
  readonly type?: string;
  readonly data?: {
    readonly event?: string;
    readonly id?: string;
    readonly timestamp?: string;
    readonly content?: string;
    readonly offset?: number;
  };
}

export interface SharedConnectionHandlers {
  post(message: MessageFromLeader): void;
  onOpen(connection: SharedConnection): void;
  onEnd(connection: SharedConnection): void;
}

/** One real WebSocket that the sockets of several tabs use. */
export class SharedConnection {
  readonly id = randomId();
  readonly #webSocket: WebSocketLike;
  readonly #handlers: SharedConnectionHandlers;
  readonly #sockets = new Set<string>();
  /** The sockets that sent frames, by the ids of the frames. */
  readonly #senders = new Map<string, string>();
  #isEnded = false;
  isOpen = false;
  /** In milliseconds since the epoch. */
  openedAt = 0;
  /** When it was last known to be alive, in milliseconds since the epoch. */
  aliveAt = 0;
  #greeting: string | undefined;
  #lastText = '';
  /** The deltas of the reply in progress, as one. */
  #reply: ServerFrame | undefined;

  /** @throws what the WebSocket class throws */
  constructor(webSocket: WebSocketLike, handlers: SharedConnectionHandlers) {
    this.#webSocket = webSocket;
    this.#handlers = handlers;
    webSocket.addEventListener('open', () => {
      if (this.#isEnded) return;
      this.isOpen = true;
      this.openedAt = Date.now();
      this.aliveAt = this.openedAt;
      for (const to of this.#sockets) this.#sendOpened(to);
      handlers.onOpen(this);
    });
    webSocket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.#onFrame(data);
    });
    webSocket.addEventListener('error', () => this.end(ABNORMAL, ''));
    webSocket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
      this.end(code, reason),
    );
  }

  has(socket: string): boolean {
    return this.#sockets.has(socket);
  }

  attach(socket: string): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    if (!this.isOpen) return;
    this.#sendOpened(socket);
    if (this.#greeting !== undefined) this.#sendFrame(this.#currentGreeting(), { to: socket });
    if (this.#reply !== undefined) this.#sendFrame(JSON.stringify(this.#reply), { to: socket });
  }

  detach(socket: string): void {
    // Its tab does not wait any longer for this connection, and the others should not either.
    if (this.#sockets.delete(socket) && !this.isOpen) this.end(RESTART, '');
  }

  send(from: string, text: string): void {
    if (!this.#sockets.has(from) || this.#webSocket.readyState !== OPEN) return;
    this.#webSocket.send(text);
    const { type, id } = parse(text) as { type?: string; id?: string };
    if (id === undefined) return;
    this.#senders.set(id, from);
    const [oldest = ''] = this.#senders.keys();
    if (this.#senders.size > MAX_SENDERS) this.#senders.delete(oldest);
    if (type === 'read') this.#forwardReceipt(from, id);
  }

  /** Closes the WebSocket and all sockets that use it. Later calls do nothing. */
  end(code: number, reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#handlers.onEnd(this);
    this.#handlers.post({ type: 'closed', to: [...this.#sockets], code, reason });
    try {
      this.#webSocket.close(1000);
    } catch {
      // It never opened.
    }
  }

  #onFrame(text: string): void {
    if (this.#isEnded) return;
    this.aliveAt = Date.now();
    this.#lastText = text;
    const { type, data = {} } = parse(text) as ServerFrame;
    const { event, id = '' } = data;
    if (event === 'connected') this.#greeting = text;
    if (type === 'message' && id === this.#reply?.data?.id) this.#reply = undefined;
    if (event === 'delta') this.#addDelta(data);
    // A rate limit or an error concerns the tab that sent the frame.
    const isOwn = event === 'rate_limited' || event === 'error';
    this.#sendFrame(text, { to: isOwn ? this.#senders.get(id) : undefined });
  }

  /** A socket that is attached during a reply receives the text so far, as from the server. */
  #addDelta(data: NonNullable<ServerFrame['data']>): void {
    const { offset, content = '' } = data;
    if (offset === undefined) return;
    const { data: before } = this.#reply ?? {};
    const known = before?.id === data.id ? (before?.content ?? '') : '';
    if (offset > known.length) return;
    const text = known.slice(0, offset) + content;
    this.#reply = { type: 'status', data: { ...data, offset: 0, content: text } };
  }

  /** Its time is the start of the socket by the server's clock: what is older was never missed. */
  #currentGreeting(): string {
    const greeting = parse(this.#greeting ?? '') as ServerFrame;
    const { timestamp } = (parse(this.#lastText) as ServerFrame).data ?? {};
    return JSON.stringify({
      ...greeting,
      data: { ...greeting.data, ...(timestamp !== undefined && { timestamp }) },
    });
  }

  /** The server informs the user's other sockets, but this is only one of them. */
  #forwardReceipt(from: string, id: string): void {
    const data = {
      role: 'system',
      content: 'The messages up to this one were read.',
      timestamp: new Date().toISOString(),
      event: 'read',
      id,
    };
    this.#sendFrame(JSON.stringify({ type: 'status', data }), { except: from });
  }

  #sendOpened(to: string): void {
    this.#handlers.post({ type: 'opened', connection: this.id, to });
  }

  #sendFrame(text: string, receivers: { to?: string | undefined; except?: string }): void {
    this.#handlers.post({ type: 'frame', connection: this.id, text, ...receivers });
  }
}

/** Frames come from outside: an invalid one is forwarded, and each tab reports it. */
function parse(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
