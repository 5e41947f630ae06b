import type { ServerFrame } from '@chat/contract';
import type { SocketHandler, SocketPeer } from '../../packages/server/src/domain/api.js';

/** A socket peer without a network. Records what the server did with it. */
export class FakePeer implements SocketPeer {
  readonly frames: ServerFrame[] = [];
  readonly texts: string[] = [];
  closedWith: { code: number; reason: string } | undefined;
  terminated = false;
  pings = 0;
  /** The value of `bufferedBytes()`. */
  buffered = 0;
  /** Whether the peer answers pings and close frames. */
  responsive = true;
  /** When set, `send` throws it. */
  sendError: Error | undefined;
  session: SocketHandler | undefined;
  readonly ping?: () => void;

  constructor(canPing = true) {
    if (!canPing) return;
    this.ping = () => {
      this.pings += 1;
      if (this.responsive) queueMicrotask(() => this.session?.onPong());
    };
  }

  send(text: string): void {
    if (this.sendError !== undefined) throw this.sendError;
    this.texts.push(text);
    this.frames.push(JSON.parse(text) as ServerFrame);
  }

  close(code: number, reason: string): void {
    this.closedWith = { code, reason };
    if (this.responsive) queueMicrotask(() => this.session?.onClose());
  }

  terminate(): void {
    this.terminated = true;
    queueMicrotask(() => this.session?.onClose());
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  /** The peer sends a frame. */
  sendFrame(frame: unknown): void {
    this.session?.onMessage(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The peer closes the connection. */
  disconnect(): void {
    this.session?.onClose();
  }

  get messages(): ServerFrame['data'][] {
    return this.frames.filter(({ type }) => type === 'message').map(({ data }) => data);
  }

  /** The data of the status frames with this event. */
  events(event: string): ServerFrame['data'][] {
    return this.frames.filter(({ data }) => data.event === event).map(({ data }) => data);
  }
}
