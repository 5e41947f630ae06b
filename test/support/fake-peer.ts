import type { ServerFrame } from '@chat/contract';
import type { SocketPeer, SocketSession } from '../../packages/server/src/chat/api.js';

/** The far end of a socket without a network: remembers what a session did to it. */
export class FakePeer implements SocketPeer {
  readonly frames: ServerFrame[] = [];
  readonly texts: string[] = [];
  closing: { code: number; reason: string } | undefined;
  terminated = false;
  pings = 0;
  /** What `bufferedBytes` says: how far behind the reader is. */
  buffered = 0;
  /** Whether the peer answers pings, and a close frame by closing. */
  alive = true;
  /** Set to have the next `send` fail. */
  broken: Error | undefined;
  session: SocketSession | undefined;
  readonly ping?: () => void;

  constructor(canPing = true) {
    if (!canPing) return;
    this.ping = () => {
      this.pings += 1;
      if (this.alive) queueMicrotask(() => this.session?.ponged());
    };
  }

  send(text: string): void {
    if (this.broken !== undefined) throw this.broken;
    this.texts.push(text);
    this.frames.push(JSON.parse(text) as ServerFrame);
  }

  close(code: number, reason: string): void {
    this.closing = { code, reason };
    if (this.alive) queueMicrotask(() => this.session?.closed());
  }

  terminate(): void {
    this.terminated = true;
    queueMicrotask(() => this.session?.closed());
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  /** The peer sends a frame. */
  say(frame: unknown): void {
    this.session?.received(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The peer goes away. */
  leave(): void {
    this.session?.closed();
  }

  get messages(): ServerFrame['data'][] {
    return this.frames.filter(({ type }) => type === 'message').map(({ data }) => data);
  }

  /** The data of the status frames with this event. */
  events(event: string): ServerFrame['data'][] {
    return this.frames.filter(({ data }) => data.event === event).map(({ data }) => data);
  }
}
