import { type ClientFrame, headers, type MessageFrame, type ReadFrame } from '@chat/contract';
import type { ChatCore } from '../core.js';
import type { Allowance } from '../ports.js';
import { outOfOrder } from '../turns.js';
import { asProblem } from './as-problem.js';
import { markRead } from './mark-read.js';
import { errorFrame, limitFrame } from './status-frames.js';

/** The socket that the frames came from. */
export interface InboxOwner {
  readonly id: string;
  readonly userId: string;
  /** Whether the server is stopping: nothing new is begun. */
  readonly draining: boolean;
  /** Whether the server ended it; what a peer said before it left by itself is still worked on. */
  readonly dismissed: boolean;
  send(frame: string): void;
  fail(error: unknown): void;
}

/** When to come again with what found no place. */
const soonMs = 1_000;

/** Receipts that may wait: a reader's next one says the same as those before it. */
const readsWaiting = 16;

/** A message by when it came. */
interface Arrival {
  readonly number: number;
  readonly frame: MessageFrame;
  /** One before it found no place: it has to be sent again, after that one. */
  isVoid: boolean;
}

/** Tells a sender what to send again later. */
type Hold = (content: string, retryAfterMs: number) => void;

/**
 * Works on the sound frames of one socket, in the order in which they came: a message that finds no
 * place takes it from those behind it too, or they would be stored before it.
 */
export class Inbox {
  readonly #core: ChatCore;
  readonly #owner: InboxOwner;
  #reads = 0;
  #number = 0;
  /** Messages on their way to the engine: handed over one by one, that keeps their order. */
  readonly #arrived: Arrival[] = [];
  /** Those with the engine, in their order. */
  readonly #handedOver = new Set<Arrival>();
  /** The first that found no place, until it comes again or could have. */
  #held: { readonly arrival: Arrival; readonly until: number } | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(core: ChatCore, owner: InboxOwner) {
    this.#core = core;
    this.#owner = owner;
  }

  take(frame: ClientFrame): void {
    if (frame.type === 'message') this.#takeMessage(frame);
    else this.#takeRead(frame);
  }

  #takeMessage(frame: MessageFrame): void {
    this.#number += 1;
    const arrival = { number: this.#number, frame, isVoid: false };
    if (this.#isHeld(arrival)) return;
    if (this.#owner.draining) {
      this.#hold(arrival, 'The server is stopping: send the message again later.', soonMs);
      return;
    }
    if (this.#arrived.length + this.#handedOver.size >= this.#core.limits.turnsWaiting) {
      const content = 'Too many messages wait for their replies: send this one again later.';
      this.#hold(arrival, content, soonMs);
      return;
    }
    if (this.#arrived.push(arrival) === 1) void this.#admitArrived();
  }

  async #admitArrived(): Promise<void> {
    for (let next = this.#arrived[0]; next !== undefined; next = this.#arrived[0]) {
      try {
        if (!this.#owner.dismissed && !this.#isHeld(next)) {
          this.#admit(next, await this.#core.allowances.chat(this.#owner.userId));
        }
      } catch (error) {
        this.#refuse(error, false, next.frame.id, (...notice) => this.#hold(next, ...notice));
      }
      this.#arrived.shift();
    }
  }

  #admit(arrival: Arrival, allowance: Allowance): void {
    if (allowance.granted) {
      this.#turn(arrival);
      return;
    }
    const content = 'You have sent too many messages: this one was not taken, send it later.';
    this.#hold(arrival, content, allowance.retryAfterMs);
  }

  #turn(arrival: Arrival): void {
    const { frame } = arrival;
    let stored = false;
    this.#handedOver.add(arrival);
    const done = this.#core.engine.send({
      userId: this.#owner.userId,
      content: frame.content,
      key: frame.id,
      clientId: frame.id,
      isVoid: () => arrival.isVoid,
      onFailed: (error) => {
        // Before the next of the user begins, which may be the next of this socket.
        if (!stored && asProblem(error)?.status !== 400) this.#voidAfter(arrival);
      },
      onStored: (turn) => {
        stored = true;
        if (turn.known) this.#owner.send(turn.frame);
      },
      // No signal: the user's other sockets wait for the reply when this one is gone.
    });
    done.then(
      () => this.#handedOver.delete(arrival),
      (error: unknown) => {
        this.#handedOver.delete(arrival);
        this.#refuse(error, stored, frame.id, (...notice) => this.#hold(arrival, ...notice));
      },
    );
  }

  #refuse(error: unknown, stored: boolean, id: string | undefined, hold: Hold): void {
    const problem = asProblem(error);
    if (problem === undefined) {
      this.#owner.fail(error);
    } else if (problem.status === 503 && !stored) {
      const seconds = Number(problem.headers[headers.retryAfter] ?? 1);
      hold(problem.message, seconds * 1000);
    } else {
      this.#owner.send(errorFrame(this.#core.clock.now(), problem.message, id));
    }
  }

  #takeRead(frame: ReadFrame): void {
    if (this.#reads >= readsWaiting) {
      this.#tell(frame.id, 'Too many receipts wait: send this one again later.', soonMs);
      return;
    }
    this.#reads += 1;
    this.#reading = this.#reading.then(() => this.#read(frame));
  }

  async #read(frame: ReadFrame): Promise<void> {
    try {
      const { id: socketId, userId, dismissed } = this.#owner;
      if (dismissed || (await markRead(this.#core, { userId, socketId }, frame.id))) return;
      const content = 'Field "id" must be the id of one of your messages.';
      this.#owner.send(errorFrame(this.#core.clock.now(), content, frame.id));
    } catch (error) {
      this.#refuse(error, false, frame.id, (...notice) => this.#tell(frame.id, ...notice));
    } finally {
      this.#reads -= 1;
    }
  }

  /** Whether it has to wait for one before it; its sender is told so. */
  #isHeld({ number, frame: { id } }: Arrival): boolean {
    if (this.#held === undefined || number < this.#held.arrival.number) return false;
    const leftMs = this.#held.until - this.#core.clock.now();
    if (leftMs <= 0 || (id !== undefined && id === this.#held.arrival.frame.id)) {
      this.#held = undefined;
      return false;
    }
    this.#tell(id, outOfOrder, leftMs);
    return true;
  }

  #hold(arrival: Arrival, content: string, retryAfterMs: number): void {
    this.#voidAfter(arrival);
    if (this.#held === undefined || arrival.number < this.#held.arrival.number) {
      this.#held = { arrival, until: this.#core.clock.now() + retryAfterMs };
    }
    this.#tell(arrival.frame.id, content, retryAfterMs);
  }

  #voidAfter({ number }: Arrival): void {
    for (const later of this.#handedOver) if (later.number > number) later.isVoid = true;
  }

  #tell(id: string | undefined, content: string, retryAfterMs: number): void {
    this.#owner.send(limitFrame(this.#core.clock.now(), content, retryAfterMs, id));
  }
}
