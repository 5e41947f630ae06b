import type { ChatCore } from '../core.js';
import { messageFrame } from '../frames.js';
import type { FanOutEvent } from '../ports.js';
import { isTokenOver } from '../token-id.js';
import type { DeliveryMarks } from './delivery-marks.js';

type FrameEvent = Extract<FanOutEvent, { kind: 'frame' }>;

/** One live socket, as its user's others see it. None of its methods throws. */
export interface UserSocket {
  readonly id: string;
  readonly stream: boolean;
  /** Of the token that it was opened with. */
  readonly jti: string;
  send(frame: string): void;
  /** Ends the socket when it was opened with this token. */
  revoke(jti: string): void;
  /** Ends the socket because it cannot be given what it missed. */
  fallBehind(): void;
}

/** Messages that are fetched to close a gap; who missed more reads the history. */
const longestRepair = 200;

/** Events that may wait while a gap is closed. */
const longestWait = 1_000;

/**
 * The sockets that one user has on this instance. All are given the same frames in the same order:
 * that of the numbers which messages got when they were stored. What the fan-out lost on its way from
 * another instance is fetched from the store, what it brings twice is dropped.
 */
export class UserSockets {
  readonly #core: ChatCore;
  readonly #userId: string;
  readonly #sockets = new Set<UserSocket>();
  readonly #marks: DeliveryMarks;
  #lastSeq: number | undefined;
  /** What the store had when it was last asked; what was not shown since then is lost. */
  #storedSeq = 0;
  #waiting: FrameEvent[] | undefined;

  constructor(core: ChatCore, userId: string, marks: DeliveryMarks) {
    this.#core = core;
    this.#userId = userId;
    this.#marks = marks;
  }

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: UserSocket): void {
    this.#sockets.add(socket);
  }

  delete(socket: UserSocket): void {
    this.#sockets.delete(socket);
  }

  revoke(jti: string): void {
    for (const socket of this.#sockets) socket.revoke(jti);
  }

  /** Notes where the user's messages stand, so that none after it can be missed without a trace. */
  async begin(): Promise<void> {
    if (this.#lastSeq !== undefined) return;
    const { lastSeq } = await this.#core.store.position(this.#userId);
    this.#lastSeq ??= lastSeq;
  }

  /** Ends the sockets whose token is over, which no event has told: each token is asked for once. */
  async checkTokens(): Promise<void> {
    for (const jti of new Set([...this.#sockets].map((socket) => socket.jti))) {
      if (await isTokenOver(this.#core.store, jti)) this.revoke(jti);
    }
  }

  /**
   * Asks the store for what no event has told: a message that was stored when it was asked before and is
   * not shown yet. Returns whether more may be missing.
   */
  async catchUp(): Promise<boolean> {
    const before = this.#storedSeq;
    const { lastSeq } = await this.#core.store.position(this.#userId);
    this.#storedSeq = lastSeq;
    const shown = this.#lastSeq;
    if (shown === undefined || this.#waiting !== undefined || lastSeq <= shown) return false;
    // What was stored a moment ago is on its way, with more to it than the store knows.
    if (before <= shown) return true;
    if (before > shown + longestRepair) {
      this.#giveUp();
      return false;
    }
    this.#waiting = [];
    await this.#repair(shown + 1, before);
    return true;
  }

  receive(event: FrameEvent): void {
    if (this.#waiting === undefined) this.#take(event);
    else if (this.#waiting.push(event) > longestWait) this.#giveUp();
  }

  #take(event: FrameEvent): void {
    const { seq } = event;
    const last = this.#lastSeq;
    if (seq === undefined || last === undefined || seq === last + 1) {
      this.#deliver(event);
    } else if (seq > last + longestRepair) {
      this.#giveUp();
    } else if (seq > last) {
      this.#waiting = [event];
      void this.#repair(last + 1, seq - 1);
    } else {
      this.#note(event);
    }
  }

  #deliver(event: FrameEvent): void {
    for (const socket of this.#sockets) {
      if (event.streamOnly && !socket.stream) continue;
      if (event.exceptSocketId === socket.id) continue;
      socket.send(event.frame);
    }
    if (event.seq === undefined) return;
    this.#lastSeq = event.seq;
    this.#note(event);
  }

  #note({ seq, delivered }: FrameEvent): void {
    if (seq === undefined || delivered || this.#sockets.size === 0) return;
    this.#marks.add(this.#userId, seq);
  }

  async #repair(from: number, to: number): Promise<void> {
    try {
      const missed = await this.#core.store.messages(this.#userId, { from, to });
      const { readSeq } = await this.#core.store.position(this.#userId);
      for (const record of missed) {
        const frame = messageFrame(record, readSeq);
        this.#deliver({ kind: 'frame', frame, seq: record.seq });
      }
      this.#lastSeq = to;
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const event of waiting) this.receive(event);
    } catch (error) {
      this.#core.logger.warn({ userId: this.#userId, err: error }, 'Missed frames were not found.');
      this.#giveUp();
    }
  }

  /** Better no socket than one with a hole: a client that dials again reads the history. */
  #giveUp(): void {
    this.#waiting = undefined;
    this.#lastSeq = undefined;
    for (const socket of this.#sockets) socket.fallBehind();
  }
}
