import type { Duplex } from 'node:stream';
import type { WebSocket } from '@fastify/websocket';
import type { SocketPeer } from '../chat/api.js';
import type { ChatMetrics } from './metrics.js';

/** RFC 6455 (5.5): a control frame holds 125 bytes, two of which are the code. */
const reasonMaxBytes = 123;

/** What may be gathered before it is written: no more than the network takes in one go. */
const gatheredMaxBytes = 65_536;

const asText = { binary: false };

/** The text that was sent last: what one user is told goes to many sockets. */
let sentText = '';
let sentBytes = Buffer.alloc(0);

/** The lines whose frames are held back until the work at hand is done. */
let gathering: Duplex[] = [];

/** A `ws` socket as the session wants to see it. A class: idle sockets are many, and closures cost each of them. */
export class WebSocketPeer implements SocketPeer {
  readonly #socket: WebSocket;
  readonly #line: Duplex | undefined;
  readonly #metrics: ChatMetrics | undefined;

  /** @param line what the socket writes to; the plugin's `injectWS` has none to show */
  constructor(socket: WebSocket, line: Duplex | undefined, metrics?: ChatMetrics) {
    this.#socket = socket;
    this.#line = line;
    this.#metrics = metrics;
  }

  send(text: string): void {
    if (this.#line !== undefined) gather(this.#line);
    this.#socket.send(bytesOf(text), asText);
    this.#metrics?.frame('sent');
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, shorten(reason));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  ping(): void {
    // It may have begun to close since the session last heard of it, and then `ping` throws.
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  bufferedBytes(): number {
    // What is gathered was not offered to the network yet, so it says nothing about a slow reader.
    const line = this.#line;
    if (line !== undefined && line.writableLength > gatheredMaxBytes) line.uncork();
    return this.#socket.bufferedAmount;
  }
}

/** Made once for all sockets; and a line writes bytes with less ado than text. */
function bytesOf(text: string): Buffer {
  if (text !== sentText) {
    sentText = text;
    sentBytes = Buffer.from(text);
  }
  return sentBytes;
}

/**
 * Writes together what is sent in one turn of the event loop: a system call costs as much as all that
 * is done for a frame, and an answer is three frames.
 */
function gather(line: Duplex): void {
  if (line.writableCorked > 0) return;
  if (gathering.length === 0) process.nextTick(release);
  gathering.push(line);
  line.cork();
}

function release(): void {
  const lines = gathering;
  gathering = [];
  for (const line of lines) line.uncork();
}

function shorten(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= reasonMaxBytes) return reason;
  // Half a character at the end would be an invalid frame.
  return new TextDecoder().decode(bytes.subarray(0, reasonMaxBytes)).replace(/\uFFFD+$/, '');
}
