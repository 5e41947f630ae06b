import type { SocketPeer, SocketSession } from '../chat/api.js';
import type { MockLine } from './mock-sockets.js';

/** The part of MSW's client connection that a line needs. */
export interface MswClient {
  send(data: string): void;
  close(code: number, reason: string): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** One socket between MSW and the domain: opening, open, ended. */
export class MswLine implements MockLine {
  readonly token: string;
  readonly #client: MswClient;
  readonly #gone: () => void;
  /** What came before the domain took over. */
  #early: (string | Uint8Array)[] = [];
  #session: SocketSession | undefined;
  #letIn = false;
  #ended = false;
  #closing: (() => void) | undefined;

  constructor(client: MswClient, token: string, gone: () => void) {
    this.#client = client;
    this.token = token;
    this.#gone = gone;
    client.addEventListener('close', () => this.#end());
  }

  isLive(): boolean {
    return this.#letIn && !this.#ended;
  }

  /** MSW's socket is open: hands it to the domain, or ends it when that was asked for meanwhile. */
  opened(open: (peer: SocketPeer) => SocketSession): void {
    if (this.#ended) return;
    if (this.#closing !== undefined) {
      this.#closing();
      return;
    }
    this.#session = open(this.#peer());
    for (const frame of this.#early.splice(0)) this.#session.received(frame);
  }

  received(frame: string | Uint8Array): void {
    if (this.#ended) return;
    if (this.#session === undefined) this.#early.push(frame);
    else this.#session.received(frame);
  }

  close(code: number, reason: string): void {
    this.#whenOpen(() => {
      this.#end();
      // MSW hands frames over in a microtask of their own; what was sent before has to arrive before.
      queueMicrotask(() => this.#client.close(code, reason));
    });
  }

  drop(): void {
    this.#whenOpen(() => {
      this.#end();
      endUncleanly(this.#client);
      this.#client.close(1006, '');
    });
  }

  #whenOpen(end: () => void): void {
    if (this.#ended) return;
    if (this.#session === undefined) this.#closing ??= end;
    else end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#gone();
    this.#session?.closed();
  }

  #peer(): SocketPeer {
    return {
      send: (text) => {
        if (this.#ended) return;
        // The first frame is the greeting, which only those get who may stay.
        this.#letIn = true;
        this.#client.send(text);
      },
      close: (code, reason) => this.close(code, reason),
      terminate: () => this.drop(),
      bufferedBytes: () => 0,
    };
  }
}

/** MSW calls every end a clean one, and a client that was cut off may go by `wasClean`. */
function endUncleanly(client: MswClient): void {
  const { socket } = client as { socket?: EventTarget };
  if (socket === undefined) return;
  const dispatch = socket.dispatchEvent.bind(socket);
  socket.dispatchEvent = (event) => {
    if (event.type === 'close') Object.defineProperty(event, 'wasClean', { value: false });
    return dispatch(event);
  };
}
