import type { Duplex } from 'node:stream';
import type { WebSocket } from '@fastify/websocket';
import type { SocketPeer } from '../../domain/api.js';
import { writeTurnTogether } from '../../write-together.js';
import type { MetricsRecorder } from './observability/metrics.js';

/** RFC 6455 (5.5): a control frame has at most 125 bytes, two of them for the code. */
const maxReasonBytes = 123;

/** The limit for corked data, about what the network accepts at once. */
const maxCorkedBytes = 65_536;

const textFrame = { binary: false };

/** The last encoded text: the same frame often goes to many sockets. */
let lastText = '';
let lastBytes = Buffer.alloc(0);

/** Adapts a `ws` socket to the domain. A class, because closures would cost memory for each idle socket. */
export class WebSocketPeer implements SocketPeer {
  readonly #socket: WebSocket;
  readonly #rawSocket: Duplex | undefined;
  readonly #metrics: MetricsRecorder | undefined;

  /** @param rawSocket the stream beneath the WebSocket; `injectWS` of the plugin has none */
  constructor(socket: WebSocket, rawSocket: Duplex | undefined, metrics?: MetricsRecorder) {
    this.#socket = socket;
    this.#rawSocket = rawSocket;
    this.#metrics = metrics;
  }

  send(text: string): void {
    if (this.#rawSocket !== undefined) writeTurnTogether(this.#rawSocket);
    this.#socket.send(encodeText(text), textFrame);
    this.#metrics?.frame('sent');
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, truncateReason(reason));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  ping(): void {
    // `ping` throws when the socket is already closing.
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  bufferedBytes(): number {
    // Corked data does not indicate a slow reader.
    const rawSocket = this.#rawSocket;
    if (rawSocket !== undefined && rawSocket.writableLength > maxCorkedBytes) rawSocket.uncork();
    return this.#socket.bufferedAmount;
  }
}

/** Encodes a frame once for all sockets; writing bytes is faster than writing text. */
function encodeText(text: string): Buffer {
  if (text !== lastText) {
    lastText = text;
    lastBytes = Buffer.from(text);
  }
  return lastBytes;
}

function truncateReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= maxReasonBytes) return reason;
  // A truncated character would make the frame invalid.
  return new TextDecoder().decode(bytes.subarray(0, maxReasonBytes)).replace(/\uFFFD+$/, '');
}
