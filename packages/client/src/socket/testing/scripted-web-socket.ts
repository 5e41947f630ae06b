import type { WebSocketLike } from '../connection/open-web-socket.js';

type Listener = (event: never) => void;

/** A WebSocket whose peer is the test. */
export class ScriptedWebSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: { type: string; content?: string; id?: string }[] = [];
  readonly bufferedAmount = 0;
  binaryType = 'blob';
  readyState = 0;
  closedWith: number | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(code?: number): void {
    this.closedWith ??= code;
    this.readyState = 3;
  }

  get contents(): (string | undefined)[] {
    return this.sent.map(({ content }) => content);
  }

  open(): void {
    this.readyState = 1;
    this.#emit('open', {});
  }

  receive(frame: unknown): void {
    this.receiveRaw(JSON.stringify(frame));
  }

  receiveRaw(data: unknown): void {
    this.#emit('message', { data });
  }

  fail(): void {
    this.readyState = 3;
    this.#emit('error', { message: `cannot reach ${this.url}` });
  }

  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.#emit('close', { code, reason });
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
