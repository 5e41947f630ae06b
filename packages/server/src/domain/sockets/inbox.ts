import {
  type ClientFrame,
  headers,
  type MessageFrame,
  type ReadFrame,
  type StopFrame,
} from '@chat/contract';
import type { DomainContext } from '../context.js';
import { toHttpError } from '../errors.js';
import { outOfOrderMessage, type Turn } from '../turns/turns.js';
import { markRead } from './mark-read.js';
import { errorFrame, rateLimitFrame } from './status-frames.js';

/** The socket of an inbox. */
export interface InboxSocket {
  readonly id: string;
  readonly userId: string;
  readonly token: Turn['token'];
  /** Whether the server is stopping and rejects new messages. */
  readonly isDraining: boolean;
  /** Whether the server closed the socket. Frames of a peer that closed it itself are still processed. */
  readonly isClosedByServer: boolean;
  send(frame: string): void;
  fail(error: unknown): void;
  /** Closes the socket because its token is revoked. */
  rejectToken(): void;
}

/** The client may send a rejected frame again after this time. */
const retrySoonMs = 1_000;

/** A small limit is enough: the next receipt includes the earlier ones. */
const maxQueuedReads = 16;

/** Each one waits for the result; one is enough for a reply. */
const maxConcurrentStops = 4;

interface QueuedFrame {
  /** The order in which the messages were received. */
  readonly number: number;
  readonly frame: MessageFrame;
  /** An earlier message was rejected: the client must send this one again, after that one. */
  isSuperseded: boolean;
}

type RejectFrame = (content: string, retryAfterMs: number) => void;

/**
 * Processes the valid frames of one socket in the order in which they were received. When a message is rejected, later
 * ones are rejected too; otherwise they would be stored before it.
 */
export class Inbox {
  readonly #context: DomainContext;
  readonly #socket: InboxSocket;
  #reads = 0;
  #stops = 0;
  #lastNumber = 0;
  /** Messages that wait for the rate limit. One at a time, to keep their order. */
  readonly #unsent: QueuedFrame[] = [];
  /** Messages in the turn engine, in their order. */
  readonly #inEngine = new Set<QueuedFrame>();
  /** The first rejected message, until it is sent again or its `retryAfterMs` is over. */
  #blockedBy: { readonly queued: QueuedFrame; readonly until: number } | undefined;
  #lastRead: Promise<void> = Promise.resolve();

  constructor(context: DomainContext, socket: InboxSocket) {
    this.#context = context;
    this.#socket = socket;
  }

  enqueue(frame: ClientFrame): void {
    if (frame.type === 'message') this.#enqueueMessage(frame);
    else if (frame.type === 'read') this.#enqueueRead(frame);
    else this.#stop(frame);
  }

  #enqueueMessage(frame: MessageFrame): void {
    this.#lastNumber += 1;
    const queued = { number: this.#lastNumber, frame, isSuperseded: false };
    if (this.#isBlocked(queued)) return;
    if (this.#socket.isDraining) {
      this.#reject(queued, 'The server is stopping: send the message again later.', retrySoonMs);
      return;
    }
    if (this.#unsent.length + this.#inEngine.size >= this.#context.limits.maxQueuedTurns) {
      const content = 'Too many of your messages wait for a reply: send this one again later.';
      this.#reject(queued, content, retrySoonMs);
      return;
    }
    if (this.#unsent.push(queued) === 1) void this.#sendQueued();
  }

  async #sendQueued(): Promise<void> {
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      const queued = next;
      try {
        if (!this.#socket.isClosedByServer && !this.#isBlocked(queued)) {
          const { traceFrame } = this.#context;
          const admit = () => this.#admit(queued);
          const { traceparent } = queued.frame;
          await (traceFrame ? traceFrame(this.#socket.userId, traceparent, admit) : admit());
        }
      } catch (error) {
        this.#reportError(error, false, queued.frame.id, (...notice) =>
          this.#reject(queued, ...notice),
        );
      }
      this.#unsent.shift();
    }
  }

  async #admit(queued: QueuedFrame): Promise<void> {
    const result = await this.#context.rateLimits.chat(this.#socket.userId);
    if (result.granted) {
      this.#startTurn(queued);
    } else {
      const content = 'You have sent too many messages: send this one again later.';
      this.#reject(queued, content, result.retryAfterMs);
    }
  }

  #startTurn(queued: QueuedFrame): void {
    const { frame } = queued;
    let stored = false;
    this.#inEngine.add(queued);
    const done = this.#context.engine.send({
      userId: this.#socket.userId,
      content: frame.content,
      key: frame.id,
      token: this.#socket.token,
      clientId: frame.id,
      isSuperseded: () => queued.isSuperseded,
      onFailed: (error) => {
        // Called before the user's next turn starts, which may be of this socket.
        if (!stored && toHttpError(error)?.status !== 400) this.#supersedeAfter(queued);
      },
      onStored: (turn) => {
        stored = true;
        if (turn.isRepeat) this.#socket.send(turn.frame);
      },
      // No signal: the user's other sockets wait for the reply when this one is closed.
    });
    done.then(
      () => this.#inEngine.delete(queued),
      (error: unknown) => {
        this.#inEngine.delete(queued);
        this.#reportError(error, stored, frame.id, (...notice) => this.#reject(queued, ...notice));
      },
    );
  }

  #reportError(error: unknown, stored: boolean, id: string | undefined, reject: RejectFrame): void {
    const httpError = toHttpError(error);
    if (httpError === undefined) {
      this.#socket.fail(error);
    } else if (httpError.status === 401) {
      this.#socket.rejectToken();
    } else if (httpError.status === 503 && !stored) {
      const seconds = Number(httpError.headers[headers.retryAfter] ?? 1);
      reject(httpError.message, seconds * 1000);
    } else {
      this.#socket.send(errorFrame(this.#context.clock.now(), httpError.message, id));
    }
  }

  #enqueueRead(frame: ReadFrame): void {
    if (this.#reads >= maxQueuedReads) {
      const content = 'Too many receipts are queued: send this one again later.';
      this.#notifyRateLimited(frame.id, content, retrySoonMs);
      return;
    }
    this.#reads += 1;
    this.#lastRead = this.#lastRead.then(() => this.#markRead(frame));
  }

  async #markRead(frame: ReadFrame): Promise<void> {
    try {
      if (this.#socket.isClosedByServer) return;
      const reader = { userId: this.#socket.userId, socketId: this.#socket.id };
      if (await markRead(this.#context, reader, frame.id)) return;
      const content = 'Field "id" must be the id of one of your messages.';
      this.#socket.send(errorFrame(this.#context.clock.now(), content, frame.id));
    } catch (error) {
      this.#reportError(error, false, frame.id, (...notice) =>
        this.#notifyRateLimited(frame.id, ...notice),
      );
    } finally {
      this.#reads -= 1;
    }
  }

  /** At once: the queued messages wait for the reply. */
  #stop({ id }: StopFrame): void {
    if (this.#stops >= maxConcurrentStops) {
      const content = 'Too many requests to stop a reply: send this one again later.';
      this.#notifyRateLimited(id, content, retrySoonMs);
      return;
    }
    this.#stops += 1;
    this.#context.replies
      .stop(this.#socket.userId, id)
      .catch((error: unknown) =>
        this.#reportError(error, false, id, (...notice) => this.#notifyRateLimited(id, ...notice)),
      )
      .finally(() => {
        this.#stops -= 1;
      });
  }

  /** Whether an earlier message blocks this one. If so, the client is notified. */
  #isBlocked({ number, frame: { id } }: QueuedFrame): boolean {
    if (this.#blockedBy === undefined || number < this.#blockedBy.queued.number) return false;
    const leftMs = this.#blockedBy.until - this.#context.clock.now();
    if (leftMs <= 0 || (id !== undefined && id === this.#blockedBy.queued.frame.id)) {
      this.#blockedBy = undefined;
      return false;
    }
    this.#notifyRateLimited(id, outOfOrderMessage, leftMs);
    return true;
  }

  #reject(queued: QueuedFrame, content: string, retryAfterMs: number): void {
    this.#supersedeAfter(queued);
    if (this.#blockedBy === undefined || queued.number < this.#blockedBy.queued.number) {
      this.#blockedBy = { queued, until: this.#context.clock.now() + retryAfterMs };
    }
    this.#notifyRateLimited(queued.frame.id, content, retryAfterMs);
  }

  #supersedeAfter({ number }: QueuedFrame): void {
    for (const later of this.#inEngine) if (later.number > number) later.isSuperseded = true;
  }

  #notifyRateLimited(id: string | undefined, content: string, retryAfterMs: number): void {
    this.#socket.send(rateLimitFrame(this.#context.clock.now(), content, retryAfterMs, id));
  }
}
