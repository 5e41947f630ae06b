import { type ClientFrame, headers, type MessageFrame, type ReadFrame } from '@chat/contract';
import type { ChatCore } from '../core.js';
import type { Allowance } from '../ports.js';
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

/** Works on the sound frames of one socket, in the order in which they came. */
export class Inbox {
  readonly #core: ChatCore;
  readonly #owner: InboxOwner;
  #turns = 0;
  #reads = 0;
  /** Messages on their way to the engine: handed over one by one, that keeps their order. */
  readonly #arrived: MessageFrame[] = [];
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
    if (this.#owner.draining) {
      this.#hold('The server is stopping: send the message again later.', soonMs, frame.id);
      return;
    }
    if (this.#turns >= this.#core.limits.turnsWaiting) {
      const content = 'Too many messages wait for their replies: send this one again later.';
      this.#hold(content, soonMs, frame.id);
      return;
    }
    this.#turns += 1;
    if (this.#arrived.push(frame) === 1) void this.#admitArrived();
  }

  async #admitArrived(): Promise<void> {
    for (let next = this.#arrived[0]; next !== undefined; next = this.#arrived[0]) {
      try {
        if (this.#owner.dismissed) this.#turns -= 1;
        else this.#admit(next, await this.#core.allowances.chat(this.#owner.userId));
      } catch (error) {
        this.#turns -= 1;
        this.#refuse(error, false, next.id);
      }
      this.#arrived.shift();
    }
  }

  #admit(frame: MessageFrame, allowance: Allowance): void {
    if (allowance.granted) {
      this.#turn(frame);
      return;
    }
    this.#turns -= 1;
    const content = 'You have sent too many messages: this one was not taken, send it later.';
    this.#hold(content, allowance.retryAfterMs, frame.id);
  }

  #turn(frame: MessageFrame): void {
    let stored = false;
    const done = this.#core.engine.send({
      userId: this.#owner.userId,
      content: frame.content,
      key: frame.id,
      clientId: frame.id,
      onStored: (turn) => {
        stored = true;
        if (turn.known) this.#owner.send(turn.frame);
      },
      // No signal: the user's other sockets wait for the reply when this one is gone.
    });
    done.then(
      () => {
        this.#turns -= 1;
      },
      (error: unknown) => {
        this.#turns -= 1;
        this.#refuse(error, stored, frame.id);
      },
    );
  }

  #refuse(error: unknown, stored: boolean, id: string | undefined): void {
    const problem = asProblem(error);
    if (problem === undefined) {
      this.#owner.fail(error);
    } else if (problem.status === 503 && !stored) {
      const seconds = Number(problem.headers[headers.retryAfter] ?? 1);
      this.#hold(problem.message, seconds * 1000, id);
    } else {
      this.#owner.send(errorFrame(this.#core.clock.now(), problem.message, id));
    }
  }

  #takeRead(frame: ReadFrame): void {
    if (this.#reads >= readsWaiting) {
      this.#hold('Too many receipts wait: send this one again later.', soonMs, frame.id);
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
      this.#refuse(error, false, frame.id);
    } finally {
      this.#reads -= 1;
    }
  }

  #hold(content: string, retryAfterMs: number, id: string | undefined): void {
    this.#owner.send(limitFrame(this.#core.clock.now(), content, retryAfterMs, id));
  }
}
