import { textProblem } from '@chat/contract';
import { MessageNotSentError, type NotSentReason } from '../errors/message-not-sent-error.js';
import { OutcomeUnknownError } from '../errors/outcome-unknown-error.js';
import { later } from '../later.js';
import { deferred } from './deferred.js';
import type { SocketMessage } from './events.js';
import type { Line } from './line.js';
import type { SocketSettings } from './options.js';
import type { Entry, Outgoing } from './outgoing.js';
import { sameMessage } from './same-message.js';

/**
 * Messages that are unconfirmed on the line at once. Enough to fill it, and few enough that a server
 * which takes so many turns a user refuses none of them, which would cost their order.
 */
const WINDOW = 64;
/** For as long as a limit holds that does not say how long. */
const HOLD_MS = 1000;
/** However soon a limit notice says: a server that refuses again and again is not asked without pause. */
const LEAST_HOLD_MS = 100;
/** A chat that goes on around an unanswered question is remembered this far back. */
const MEMORY = 200;

const UNCONFIRMED = 'the connection broke before the server confirmed it.';
const UNANSWERED = 'the message is stored, but its answer may have been missed.';

const utf8 = new TextEncoder();

/**
 * What was said and is not settled, in the order in which it was said. It leaves as soon as there is a
 * line; the session tells what came back.
 */
export class Outbox {
  readonly #limits: SocketSettings['queue'];
  readonly #now: () => number;
  /** No other socket or tab has the same one. (`randomUUID` is missing on pages without TLS.) */
  readonly #prefix = crypto.getRandomValues(new Uint32Array(3)).join('-');
  #number = 0;
  /** What is not known to be stored, and in front of it what is asked once more. */
  #queue = new Map<string, Entry>();
  #bytes = 0;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** Questions without an answer. */
  readonly #asks = new Map<string, Entry>();
  /**
   * What was shown while there are questions: one may be shown before its acknowledgement comes (out
   * of history, after a reconnect).
   */
  #shown: SocketMessage[] = [];
  /** The line that was opened last, and what the backend offers on it. */
  #line: Line | undefined;
  #features: ReadonlySet<string> = new Set();
  /** While a limit holds. */
  #hold: ReturnType<typeof setTimeout> | undefined;
  #readUpTo: string | undefined;

  constructor(limits: SocketSettings['queue'], now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** @throws {@link MessageNotSentError} `refused`, `overflow` */
  add(content: string, asks: boolean): Outgoing {
    const { maxMessages, maxBytes, ttlMs } = this.#limits;
    const problem = typeof content === 'string' ? textProblem(content) : 'must be a string.';
    if (problem !== undefined) {
      throw new MessageNotSentError('refused', content, `its content ${problem}`);
    }
    const bytes = utf8.encode(content).length;
    const { size } = this.#queue;
    if (size >= maxMessages || this.#bytes + bytes > maxBytes) {
      const why = `${size} messages with ${this.#bytes} bytes wait already.`;
      throw new MessageNotSentError('overflow', content, why);
    }
    const { promise, resolve, reject } = deferred<SocketMessage>();
    const leave =
      <T>(settle: (outcome: T) => void) =>
      (outcome: T) => {
        this.#dequeue(entry);
        this.#asks.delete(entry.id);
        if (this.#asks.size === 0) this.#shown = [];
        settle(outcome);
      };
    this.#number += 1;
    const entry: Entry = {
      id: `${this.#prefix}-${this.#number}`,
      content,
      bytes,
      expiresAt: this.#now() + ttlMs,
      promise,
      settle: leave(resolve),
      drop: leave(reject),
    };
    this.#bytes += bytes;
    this.#queue.set(entry.id, entry);
    if (asks) this.#asks.set(entry.id, entry);
    this.#expiry ??= later(this.#expire, ttlMs);
    this.#flush();
    return entry;
  }

  markRead(id: string): void {
    this.#readUpTo = id;
    this.#flush();
  }

  /** There is a line, and the backend offers these features on it. */
  open(line: Line, features: ReadonlySet<string>): void {
    this.#line = line;
    this.#features = features;
    if (this.#acknowledges) this.#askAgain();
    this.#flush();
  }

  /** A user's message came: it may be one of ours, by its id or else by its content. */
  confirm(message: SocketMessage): void {
    const { clientId, content } = message;
    const entry = clientId === undefined ? this.#bareCopyOf(content) : this.#queue.get(clientId);
    if (entry === undefined) return;
    if (this.#asks.has(entry.id)) {
      this.#dequeue(entry);
      entry.stored = message;
      this.#answer();
    } else entry.settle(message);
    this.#flush();
  }

  /** A message is shown: it may be an answer. */
  shown(message: SocketMessage): void {
    if (this.#asks.size === 0) return;
    this.#shown.push(message);
    if (this.#shown.length > MEMORY) this.#shown.shift();
    this.#answer();
  }

  /** Over the limit: nothing leaves for so long, and what the server did not take keeps its place. */
  hold(id: string | undefined, ms = HOLD_MS): void {
    this.#putBack(id);
    clearTimeout(this.#hold);
    const resume = () => {
      this.#hold = undefined;
      this.#flush();
    };
    this.#hold = later(resume, Math.max(ms, LEAST_HOLD_MS));
  }

  /** The server said what is wrong with the message, or why it is not answered. */
  refuse(id = '', why: string): void {
    const entry = this.#putBack(id) ?? this.#asks.get(id);
    if (entry !== undefined) this.#giveUp(entry, why, 'refused');
  }

  /** The line is gone: what may be repeated waits again, the outcome of the rest is unknown. */
  lineBroke(): void {
    for (const ask of this.#asks.values()) {
      ask.throughBreak = true;
      ask.onLine = false;
    }
    for (const entry of this.#queue.values()) {
      entry.onLine = false;
      if (entry.left === 'bare') this.#giveUp(entry, UNCONFIRMED);
    }
  }

  /** Messages between two lines were missed, and maybe of this one too: with them the answers to what was asked before. */
  missed(ofThisLine: boolean): void {
    this.#shown = [];
    for (const ask of this.#asks.values()) {
      if (ask.stored && (ask.throughBreak || ofThisLine)) this.#giveUp(ask, UNANSWERED);
    }
  }

  close(cause: Error): void {
    clearTimeout(this.#expiry);
    clearTimeout(this.#hold);
    for (const entry of [...this.#queue.values(), ...this.#asks.values()]) {
      const why = entry.stored ? UNANSWERED : 'the socket is closed.';
      this.#giveUp(entry, why, 'closed', { cause });
    }
  }

  readonly #expire = () => {
    this.#expiry = undefined;
    const { ttlMs } = this.#limits;
    for (const entry of this.#queue.values()) {
      if (entry.stored) continue;
      const leftMs = entry.expiresAt - this.#now();
      if (leftMs > 0) {
        this.#expiry = later(this.#expire, leftMs);
        return;
      }
      this.#giveUp(entry, `it was not taken within ${ttlMs} ms (queue.ttlMs).`, 'expired');
    }
  };

  /** Whether the server knows an id again. */
  get #acknowledges(): boolean {
    return this.#features.has('ack');
  }

  /**
   * The server may have died over a question that it had stored. Asked once more with the same id it answers
   * what it has not answered, and only that.
   */
  #askAgain(): void {
    const open = [...this.#asks].filter(
      ([id, { stored, left, onLine }]) =>
        stored?.id !== undefined && left === 'with id' && !onLine && !this.#queue.has(id),
    );
    for (const [, { bytes }] of open) this.#bytes += bytes;
    this.#queue = new Map([...open, ...this.#queue]);
  }

  /** Lets out what may leave now. */
  #flush(): void {
    const line = this.#line;
    if (line === undefined) return;
    if (this.#readUpTo !== undefined && this.#features.has('receipts')) {
      if (line.send({ type: 'read', id: this.#readUpTo })) this.#readUpTo = undefined;
    }
    if (this.#hold !== undefined) return;
    const acknowledges = this.#acknowledges;
    let onLine = 0;
    for (const entry of this.#queue.values()) {
      const { id, content, left } = entry;
      // Where the server knows no id again, what may be stored already never leaves a second time.
      if (!entry.onLine && (left || entry.stored) && !acknowledges) {
        if (entry.stored) this.#dequeue(entry);
        else this.#giveUp(entry, UNCONFIRMED);
        continue;
      }
      onLine += 1;
      if (onLine > WINDOW) return;
      if (entry.onLine) continue;
      if (!line.send({ type: 'message', content, ...(acknowledges && { id }) })) return;
      entry.onLine = true;
      entry.left = acknowledges ? 'with id' : 'bare';
    }
  }

  #putBack(id = ''): Entry | undefined {
    const entry = this.#queue.get(id);
    if (entry !== undefined) {
      entry.onLine = false;
      entry.left = undefined;
    }
    return entry;
  }

  #bareCopyOf(content: string): Entry | undefined {
    const trimmed = content.trim();
    for (const entry of this.#queue.values()) {
      // A backend that trims has stored it all the same.
      if (entry.left === 'bare' && entry.content.trim() === trimmed) return entry;
    }
    return undefined;
  }

  /**
   * Which question a reply answers it may say itself. Of a server whose replies do not, turns are taken one after
   * the other: the reply stands behind its question. Where two questions stand together, nothing tells whose the
   * next reply is.
   */
  #answer(): void {
    for (const ask of this.#asks.values()) {
      const { stored } = ask;
      if (stored === undefined) continue;
      const asked = this.#shown.findIndex((message) => sameMessage(message, stored));
      const saysItself = stored.id !== undefined && this.#features.has('reply-to');
      const answer = saysItself
        ? this.#shown.find(({ replyTo }) => replyTo === stored.id)
        : asked !== -1 && this.#shown[asked + 1];
      if (!answer) continue;
      const isDoubtful =
        !saysItself && [this.#shown[asked - 1], answer].some((other) => other?.role === 'user');
      if (isDoubtful) this.#giveUp(ask, UNANSWERED);
      else ask.settle(answer);
    }
  }

  #giveUp(
    { content, left, stored, drop }: Entry,
    why: string,
    reason: NotSentReason = 'closed',
    options?: { cause: unknown },
  ): void {
    drop(
      left || stored
        ? new OutcomeUnknownError(content, why, options)
        : new MessageNotSentError(reason, content, why, options),
    );
  }

  #dequeue({ id, bytes }: Entry): void {
    if (this.#queue.delete(id)) this.#bytes -= bytes;
  }
}
