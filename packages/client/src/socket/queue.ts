import { MessageNotSentError, type NotSentReason } from '../errors/message-not-sent-error.js';
import { OutcomeUnknownError } from '../errors/outcome-unknown-error.js';
import { type Deferred, deferred } from './deferred.js';
import type { SocketMessage } from './events.js';
import { later } from './later.js';
import type { SocketSettings } from './options.js';

/** A message on its way to the server. */
export interface Outgoing {
  readonly id: string;
  readonly content: string;
  /** Resolves with the stored message. */
  readonly promise: Promise<SocketMessage>;
}

interface Entry extends Outgoing, Deferred<SocketMessage> {
  readonly number: number;
  readonly bytes: number;
  readonly expiresAt: number;
  /** A copy left, and may be stored. */
  left: boolean;
  /** That copy carried the id, so that a server with acknowledgements knows the next one again. */
  repeatable: boolean;
}

const utf8 = new TextEncoder();

/**
 * The messages that are not known to be stored, in the order in which they were said: those that left
 * and those that wait. It knows no network; the socket takes from it and tells it what came back.
 */
export class SendQueue {
  readonly #limits: SocketSettings['queue'];
  readonly #now: () => number;
  /** No other socket or tab has the same one. (`randomUUID` is missing on pages without TLS.) */
  readonly #prefix = crypto.getRandomValues(new Uint32Array(3)).join('-');
  readonly #sent = new Map<string, Entry>();
  #waiting = new Map<string, Entry>();
  #number = 0;
  #bytes = 0;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: SocketSettings['queue'], now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** How many left and are unconfirmed. */
  get inFlight(): number {
    return this.#sent.size;
  }

  /** @throws {@link MessageNotSentError} `overflow` */
  add(content: string): Outgoing {
    const { maxMessages, maxBytes, ttlMs } = this.#limits;
    const bytes = utf8.encode(content).length;
    const count = this.#sent.size + this.#waiting.size;
    if (count >= maxMessages || this.#bytes + bytes > maxBytes) {
      throw new MessageNotSentError(
        'overflow',
        content,
        `${count} messages with ${this.#bytes} bytes wait already.`,
      );
    }
    const number = ++this.#number;
    const entry: Entry = {
      id: `${this.#prefix}-${number}`,
      content,
      ...deferred<SocketMessage>(),
      number,
      bytes,
      expiresAt: this.#now() + ttlMs,
      left: false,
      repeatable: false,
    };
    this.#bytes += bytes;
    this.#waiting.set(entry.id, entry);
    this.#expiry ??= later(this.#expire, ttlMs);
    return entry;
  }

  /**
   * The next message to leave. With `acknowledged` the server knows an id again; without, what may be
   * stored already never leaves a second time.
   */
  next(acknowledged: boolean): Outgoing | undefined {
    for (const entry of this.#waiting.values()) {
      if (!entry.left || (entry.repeatable && acknowledged)) return entry;
      this.#unknown(entry, 'the connection broke before the server confirmed it.');
    }
    return undefined;
  }

  /** The message has left, `withId` or bare. */
  left({ id }: Outgoing, withId: boolean): void {
    const entry = this.#waiting.get(id);
    if (entry === undefined) return;
    this.#waiting.delete(id);
    this.#sent.set(id, entry);
    entry.left = true;
    entry.repeatable = withId;
  }

  /** A user's message came: settles the send that it confirms, by its id or else by its content. False when there is none. */
  confirm(message: SocketMessage): boolean {
    const { clientId } = message;
    const entry = clientId === undefined ? this.#bareCopyOf(message.content) : this.#find(clientId);
    if (entry === undefined) return false;
    this.#remove(entry);
    entry.resolve(message);
    return true;
  }

  /** The server did not take the message for now: it keeps its place and leaves again later. */
  putBack(id: string | undefined): void {
    const entry = this.#sent.get(id ?? '');
    if (entry === undefined) return;
    entry.left = false;
    this.#requeue([entry]);
  }

  /** The line is gone: what may be repeated waits again, the outcome of the rest is unknown. */
  lineBroke(): void {
    const entries = [...this.#sent.values()];
    this.#requeue(entries.filter(({ repeatable }) => repeatable));
    for (const entry of entries) {
      if (!entry.repeatable) {
        this.#unknown(entry, 'the connection broke before the server confirmed it.');
      }
    }
  }

  /** The server said what is wrong with the message. */
  refuse(id: string, why: string): void {
    const entry = this.#find(id);
    if (entry !== undefined) this.#notSent(entry, 'refused', why);
  }

  /** The caller no longer wants it; what already left cannot be called back. */
  drop(id: string, error: Error): void {
    const entry = this.#find(id);
    if (entry !== undefined) this.#fail(entry, error);
  }

  close(cause: unknown): void {
    for (const entry of [...this.#sent.values(), ...this.#waiting.values()]) {
      this.#giveUp(entry, 'closed', 'the socket was closed.', cause);
    }
    clearTimeout(this.#expiry);
  }

  readonly #expire = () => {
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const entry of [...this.#sent.values(), ...this.#waiting.values()]) {
      if (entry.expiresAt > now) next = Math.min(next, entry.expiresAt);
      else
        this.#giveUp(
          entry,
          'expired',
          `it was not taken within ${this.#limits.ttlMs} ms (queue.ttlMs).`,
        );
    }
    this.#expiry = next < Number.POSITIVE_INFINITY ? later(this.#expire, next - now) : undefined;
  };

  #find(id: string): Entry | undefined {
    return this.#sent.get(id) ?? this.#waiting.get(id);
  }

  #bareCopyOf(content: string): Entry | undefined {
    const trimmed = content.trim();
    for (const entry of this.#sent.values()) {
      // A backend that trims has stored it all the same.
      if (!entry.repeatable && entry.content.trim() === trimmed) return entry;
    }
    return undefined;
  }

  #requeue(entries: Entry[]): void {
    for (const { id } of entries) this.#sent.delete(id);
    const all = [...entries, ...this.#waiting.values()].sort((a, b) => a.number - b.number);
    this.#waiting = new Map(all.map((entry) => [entry.id, entry]));
  }

  #giveUp(entry: Entry, reason: NotSentReason, why: string, cause?: unknown): void {
    if (entry.left) this.#unknown(entry, why, cause);
    else this.#notSent(entry, reason, why, cause);
  }

  #notSent(entry: Entry, reason: NotSentReason, why: string, cause?: unknown): void {
    this.#fail(entry, new MessageNotSentError(reason, entry.content, why, causeOption(cause)));
  }

  #unknown(entry: Entry, why: string, cause?: unknown): void {
    this.#fail(entry, new OutcomeUnknownError(entry.content, why, causeOption(cause)));
  }

  #fail(entry: Entry, error: Error): void {
    this.#remove(entry);
    entry.reject(error);
  }

  #remove({ id, bytes }: Entry): void {
    this.#sent.delete(id);
    this.#waiting.delete(id);
    this.#bytes -= bytes;
  }
}

function causeOption(cause: unknown): { cause?: unknown } {
  return cause === undefined ? {} : { cause };
}
