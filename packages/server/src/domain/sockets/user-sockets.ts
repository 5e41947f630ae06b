import { revocationIds } from '../auth/token-id.js';
import type { DomainContext } from '../context.js';
import { messageFrame } from '../messages/frames.js';
import type { FanOutEvent } from '../ports/index.js';
import type { DeliveryWriter } from './delivery-writer.js';
import type { SocketConnection } from './socket-connection.js';

type FrameEvent = Extract<FanOutEvent, { kind: 'frame' }>;

/** Maximum number of messages that are read to fill a gap. A client that missed more reads the history. */
const maxRepairMessages = 200;

/** Maximum number of events that are queued while a gap is filled. */
const maxQueuedEvents = 1_000;

/**
 * The sockets of one user on this instance. All receive the same frames in the order of the message numbers. Messages
 * that the fan-out lost between instances are read from the store; duplicates are dropped.
 */
export class UserSockets {
  readonly #context: DomainContext;
  readonly #userId: string;
  readonly #sockets = new Set<SocketConnection>();
  readonly #deliveries: DeliveryWriter;
  #lastSeq: number | undefined;
  /** The newest message number at the last check. A message up to it that was not sent since then is lost. */
  #storedSeq = 0;
  #queuedEvents: FrameEvent[] | undefined;

  constructor(context: DomainContext, userId: string, deliveries: DeliveryWriter) {
    this.#context = context;
    this.#userId = userId;
    this.#deliveries = deliveries;
  }

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: SocketConnection): void {
    this.#sockets.add(socket);
  }

  /** Sends the text so far of a reply in progress, of this instance or of another one, or that it has started. */
  sendTextSoFar(): void {
    const { replies } = this.#context;
    const text = replies.textSoFar(this.#userId);
    if (text !== undefined) this.receive(text);
    else if (replies.of(this.#userId) === undefined) replies.requestText(this.#userId);
  }

  delete(socket: SocketConnection): void {
    this.#sockets.delete(socket);
  }

  revoke(jti: string): void {
    for (const socket of this.#sockets) socket.revoke(jti);
  }

  /** Reads the user's newest message number, so that every later gap is detected. */
  async start(): Promise<void> {
    if (this.#lastSeq !== undefined) return;
    const { lastSeq } = await this.#context.store.position(this.#userId);
    this.#lastSeq ??= lastSeq;
  }

  /** Closes sockets with a revoked token when no event reported it. Checks each token once. */
  async checkTokens(): Promise<void> {
    for (const jti of new Set([...this.#sockets].map((socket) => socket.jti))) {
      const revoked = await this.#context.store.isTokenRevoked(this.#userId, revocationIds(jti));
      if (revoked) this.revoke(jti);
    }
  }

  /**
   * Delivers messages that were already stored at the previous check and were not sent since then. Returns whether more
   * may be missing.
   */
  async catchUp(): Promise<boolean> {
    const previousSeq = this.#storedSeq;
    const { lastSeq } = await this.#context.store.position(this.#userId);
    this.#storedSeq = lastSeq;
    const lastSent = this.#lastSeq;
    if (lastSent === undefined || this.#queuedEvents !== undefined || lastSeq <= lastSent) {
      return false;
    }
    // Messages stored since the last check may still arrive as events, which also contain the acknowledgement.
    if (previousSeq <= lastSent) return true;
    if (previousSeq > lastSent + maxRepairMessages) {
      this.#disconnectAll();
      return false;
    }
    this.#queuedEvents = [];
    await this.#repair(lastSent + 1, previousSeq);
    return true;
  }

  receive(event: FrameEvent): void {
    if (this.#queuedEvents === undefined) this.#accept(event);
    else if (this.#queuedEvents.push(event) > maxQueuedEvents) this.#disconnectAll();
  }

  #accept(event: FrameEvent): void {
    const { seq } = event;
    const last = this.#lastSeq;
    if (seq === undefined || last === undefined || seq === last + 1) {
      this.#deliver(event);
    } else if (seq > last + maxRepairMessages) {
      this.#disconnectAll();
    } else if (seq > last) {
      this.#queuedEvents = [event];
      void this.#repair(last + 1, seq - 1);
    } else {
      this.#recordDelivered(event);
    }
  }

  #deliver(event: FrameEvent): void {
    for (const socket of this.#sockets) {
      if (event.streamOnly && !socket.stream) continue;
      if (event.delta !== undefined && !this.#acceptsDelta(socket, event.delta)) continue;
      if (event.exceptSocketId === socket.id) continue;
      socket.send(event.frame);
    }
    if (event.seq === undefined) return;
    this.#lastSeq = event.seq;
    this.#recordDelivered(event);
  }

  #acceptsDelta(socket: SocketConnection, delta: NonNullable<FrameEvent['delta']>): boolean {
    const next = socket.deltas.next(delta);
    if (next === 'request') this.#context.replies.requestText(this.#userId);
    return next === 'send';
  }

  #recordDelivered({ seq, delivered }: FrameEvent): void {
    if (seq === undefined || delivered || this.#sockets.size === 0) return;
    this.#deliveries.add(this.#userId, seq);
  }

  async #repair(from: number, to: number): Promise<void> {
    try {
      const missed = await this.#context.store.messages(this.#userId, { from, to });
      const { readSeq } = await this.#context.store.position(this.#userId);
      for (const record of missed) {
        const frame = messageFrame(record, readSeq);
        this.#deliver({ kind: 'frame', frame, seq: record.seq });
      }
      this.#lastSeq = to;
      const queued = this.#queuedEvents ?? [];
      this.#queuedEvents = undefined;
      for (const event of queued) this.receive(event);
    } catch (error) {
      this.#context.logger.warn(
        { userId: this.#userId, err: error },
        'Missed messages could not be read.',
      );
      this.#disconnectAll();
    }
  }

  /** A closed socket is better than one with a gap: a client that reconnects reads the history. */
  #disconnectAll(): void {
    this.#queuedEvents = undefined;
    this.#lastSeq = undefined;
    for (const socket of this.#sockets) socket.closeAsTooSlow();
  }
}
