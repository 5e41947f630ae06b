import { randomId } from '../lib/random-id.js';
import type { WebSocketClass, WebSocketLike } from '../socket/connection/open-web-socket.js';
import type { WebSocketConstructor } from '../types/platform.js';
import { channelOf } from './channel.js';
import { TabHub, type TabSocket } from './tab-hub.js';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;
const ABNORMAL = 1006;

/** Set when the browser does not allow locks on this page, such as in a sandboxed frame. */
let isForbidden = false;

/**
 * A WebSocket class for the option `WebSocket`: all tabs of a browser in which the same user is logged in to the same
 * backend share one connection, so that many tabs need only one of the user's connections.
 *
 * One tab owns the connection. When it is closed, hangs or is frozen, another tab takes over within two seconds; the
 * sockets of the tabs reconnect, and their clients read what they missed. Tabs of other users, of other backends and of
 * private windows do not share.
 *
 * @returns `undefined` where the browser has no Web Locks or no BroadcastChannel, on a page without HTTPS, and on a
 * server; each tab then has its own connection
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { sharedWebSocket } from '@chat/client/tabs';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 *   WebSocket: sharedWebSocket(),
 * });
 * ```
 */
export function sharedWebSocket(): WebSocketConstructor | undefined {
  const { document, BroadcastChannel, crypto, navigator } = globalThis as Partial<
    typeof globalThis
  >;
  const isSupported = document && BroadcastChannel && crypto?.subtle && navigator?.locks;
  return isSupported ? SharedWebSocket : undefined;
}

/** Looked up for each connection: a mock replaces the global class when a test starts. */
const openWebSocket = (url: string): WebSocketLike =>
  new (globalThis.WebSocket as unknown as WebSocketClass)(url);

/** Without the class of the runtime as a base where it does not exist: the module must load anywhere. */
const Base = globalThis.EventTarget ?? class {};

class SharedWebSocket extends Base implements TabSocket {
  readonly id = randomId();
  readonly url: string;
  expiresAt: number | undefined;
  readonly bufferedAmount = 0;
  binaryType = 'blob';
  readyState = CONNECTING;
  connection: string | undefined;
  #hub: TabHub | undefined;

  constructor(url: string) {
    super();
    this.url = url;
    // biome-ignore lint/correctness/noConstructorReturn: the browser does not allow to share
    if (isForbidden) return openWebSocket(url) as never;
    void this.#connect();
  }

  send(data: string): void {
    if (this.readyState === OPEN) this.#hub?.send(this, data);
  }

  close(code = 1000, reason = ''): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#hub?.remove(this);
    queueMicrotask(() => this.#dispatchClose(code, reason));
  }

  opened(connection: string): void {
    if (this.readyState !== CONNECTING) return;
    this.connection = connection;
    this.readyState = OPEN;
    this.dispatchEvent(new Event('open'));
  }

  received(text: string): void {
    if (this.readyState === OPEN) this.dispatchEvent(new MessageEvent('message', { data: text }));
  }

  ended(code: number, reason: string): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    if (code === ABNORMAL) this.dispatchEvent(new Event('error'));
    this.#dispatchClose(code, reason);
  }

  async #connect(): Promise<void> {
    try {
      const { name, expiresAt } = await channelOf(this.url);
      this.expiresAt = expiresAt;
      if (this.readyState !== CONNECTING) return;
      this.#hub = TabHub.get(name, openWebSocket, () => {
        isForbidden = true;
      });
      this.#hub.add(this);
    } catch {
      this.ended(ABNORMAL, '');
    }
  }

  #dispatchClose(code: number, reason: string): void {
    this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean: code !== ABNORMAL }));
  }
}
