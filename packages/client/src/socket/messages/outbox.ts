import { validateText } from '@chat/contract';
import { AbortError, ExtensionUnavailableError } from '../../errors/call-errors.js';
import {
  MessageNotSentError,
  type MessageNotSentReason,
  OutcomeUnknownError,
} from '../../errors/socket-errors.js';
import { maxImposedWaitMs } from '../../http/retry-policy.js';
import { deferred } from '../../lib/deferred.js';
import { randomId } from '../../lib/random-id.js';
import { setLongTimeout } from '../../lib/timers.js';
import { utf8Length } from '../../lib/utf8.js';
import type { Connection } from '../connection/connection.js';
import type { SocketMessage } from '../events.js';
import type { SocketSettings } from '../options.js';
import { sameMessage } from '../recovery/message-identity.js';
import type {
  OutgoingOptions,
  PendingMessage,
  SendHandle,
  SendInstead,
} from './pending-message.js';

/**
 * Unacknowledged messages on the connection at the same time. Enough to use it fully, and not more than the turns
 * that a server queues per user: a rejected message would lose its position in the order.
 */
const MAX_IN_FLIGHT = 64;
/** Used when a rate-limit notice contains no duration. */
const DEFAULT_PAUSE_MS = 1000;
/** Prevents a busy loop with a server that rejects every message with a duration of 0. */
const MIN_PAUSE_MS = 100;
/** Messages remembered while a reply is expected. */
const MAX_REMEMBERED = 200;

const UNCONFIRMED = 'the connection was lost before the server acknowledged it.';
const UNANSWERED = 'the message is stored, but its reply may have been missed.';

/** Messages whose promise is not settled, in the order of `send` and `ask`. Sends them as soon as there is a connection. */
export class Outbox {
  readonly #limits: SocketSettings['queue'];
  readonly #now: () => number;
  /** Unique across sockets and tabs. */
  readonly #prefix = randomId();
  #number = 0;
  /** Messages to send or to be acknowledged; in front of them stored questions that are sent again. */
  #queue = new Map<string, PendingMessage>();
  #bytes = 0;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** Messages that expect a reply. */
  readonly #asks = new Map<string, PendingMessage>();
  /**
   * Messages delivered while a reply is expected. After a reconnect, a question may be delivered from history before
   * its acknowledgement arrives.
   */
  #recentMessages: SocketMessage[] = [];
  /** The last accepted connection, and the features that the backend offers on it. */
  #connection: Connection | undefined;
  #features: ReadonlySet<string> = new Set();
  /** Set while a rate limit pauses sending. */
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  #readUpTo: string | undefined;
  /** Questions whose reply is to be stopped; `undefined`: any reply. */
  #stops: (string | undefined)[] = [];
  /** Ids of frames that were sent, whose reply is to be stopped as soon as the server has named the question. */
  readonly #stopsAfterAck = new Set<string | undefined>();

  constructor(limits: SocketSettings['queue'], now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** @throws {@link MessageNotSentError} with reason `rejected` or `overflow` */
  add(
    content: string,
    expectsReply: boolean,
    { idempotencyKey, isRepeat, traceparent }: OutgoingOptions = {},
  ): SendHandle {
    const { maxMessages, maxBytes, ttlMs } = this.#limits;
    const invalid = typeof content === 'string' ? validateText(content) : 'must be a string.';
    if (invalid !== undefined) {
      throw new MessageNotSentError('rejected', content, `its content ${invalid}`);
    }
    const bytes = utf8Length(content);
    const { size } = this.#queue;
    if (size >= maxMessages || this.#bytes + bytes > maxBytes) {
      const reason = `${size} messages with ${this.#bytes} bytes are waiting already.`;
      throw new MessageNotSentError('overflow', content, reason);
    }
    const { promise, resolve, reject } = deferred<SocketMessage>();
    const finish =
      <T>(settle: (outcome: T) => void) =>
      (outcome: T) => {
        this.#removeFromQueue(entry);
        this.#asks.delete(entry.id);
        if (this.#asks.size === 0) this.#recentMessages = [];
        settle(outcome);
      };
    this.#number += 1;
    const entry: PendingMessage = {
      id: idempotencyKey ?? `${this.#prefix}-${this.#number}`,
      sentWithId: isRepeat || undefined,
      content,
      traceparent,
      bytes,
      expiresAt: this.#now() + ttlMs,
      promise,
      resolve: finish(resolve),
      reject: finish(reject),
      stopReply: () => {
        if (entry.storedMessage) this.#stop(entry.storedMessage.id);
        else if (entry.inFlight) this.#stopsAfterAck.add(entry.id);
      },
    };
    this.#bytes += bytes;
    this.#queue.set(entry.id, entry);
    if (expectsReply) this.#asks.set(entry.id, entry);
    this.#expiry ??= setLongTimeout(this.#expire, ttlMs);
    this.#flush();
    return entry;
  }

  markRead(id: string): void {
    this.#readUpTo = id;
    this.#flush();
  }

  /** @throws {@link ExtensionUnavailableError} */
  stop(id: string | undefined): void {
    if (this.#connection && !this.#features.has('stop'))
      throw new ExtensionUnavailableError('stop');
    this.#stop(id);
  }

  #stop(id: string | undefined): void {
    this.#stops.push(id);
    this.#flush();
  }

  connectionAccepted(connection: Connection, features: ReadonlySet<string>): void {
    this.#connection = connection;
    this.#features = features;
    if (this.#supportsAck) this.#resendUnanswered();
    this.#flush();
  }

  /** A message of the user was stored. It may be one of ours: match it by its id, otherwise by its content. */
  acknowledged(message: SocketMessage): void {
    const { clientId, content } = message;
    if (this.#stopsAfterAck.delete(clientId)) this.#stop(message.id);
    const entry =
      clientId === undefined ? this.#findUnacknowledged(content) : this.#queue.get(clientId);
    if (entry === undefined) return;
    if (this.#asks.has(entry.id)) {
      this.#removeFromQueue(entry);
      entry.storedMessage = message;
      this.#matchReplies();
    } else entry.resolve(message);
    this.#flush();
  }

  /** A message was delivered to the application; it may be a reply. */
  delivered(message: SocketMessage): void {
    if (this.#asks.size === 0) return;
    this.#recentMessages = [...this.#recentMessages, message].slice(-MAX_REMEMBERED);
    this.#matchReplies();
  }

  /** Rate limited: sends nothing for `ms` milliseconds; the rejected message keeps its position. */
  pause(id: string | undefined, ms = DEFAULT_PAUSE_MS): void {
    this.#markUnsent(id);
    clearTimeout(this.#pauseTimer);
    const resume = () => {
      this.#pauseTimer = undefined;
      this.#flush();
    };
    this.#pauseTimer = setLongTimeout(
      resume,
      Math.max(Math.min(ms, maxImposedWaitMs), MIN_PAUSE_MS),
    );
  }

  /** Whether a message is in flight that cannot be sent again. */
  get hasUnconfirmed(): boolean {
    return [...this.#queue.values()].some(
      ({ inFlight, sentWithId }) => inFlight && sentWithId === false,
    );
  }

  /** The server rejected the message, or reported why there is no reply. */
  rejected(id = '', reason: string): void {
    const entry = this.#markUnsent(id) ?? this.#asks.get(id);
    if (entry !== undefined) this.#fail(entry, reason, 'rejected');
  }

  /** The question stays without a reply. */
  replyStopped(questionId: string | undefined): void {
    for (const { storedMessage, reject } of this.#asks.values()) {
      if (storedMessage && storedMessage.id === questionId) reject(new AbortError('The reply'));
    }
  }

  /** Messages that can be repeated safely wait again; the outcome of the others is unknown. */
  connectionLost(): void {
    this.#stopsAfterAck.clear();
    for (const ask of this.#asks.values()) {
      ask.spansReconnect = true;
      ask.inFlight = false;
    }
    for (const entry of this.#queue.values()) {
      entry.inFlight = false;
      if (entry.sentWithId === false) this.#fail(entry, UNCONFIRMED);
    }
  }

  /**
   * Messages between two connections were missed, and possibly the replies to earlier questions.
   * `includesCurrent`: messages of the current connection were missed too.
   */
  messagesMissed(includesCurrent: boolean): void {
    this.#recentMessages = [];
    for (const ask of this.#asks.values()) {
      if (ask.storedMessage && (ask.spansReconnect || includesCurrent)) this.#fail(ask, UNANSWERED);
    }
  }

  withdraw(send: SendInstead): void {
    for (const { id, content, sentWithId, resolve } of this.#queue.values()) {
      if (!sentWithId || this.#supportsAck) resolve(send(content, id, sentWithId));
    }
  }

  close(cause: Error): void {
    clearTimeout(this.#expiry);
    clearTimeout(this.#pauseTimer);
    for (const entry of [...this.#queue.values(), ...this.#asks.values()]) {
      const reason = entry.storedMessage ? UNANSWERED : 'the socket is closed.';
      this.#fail(entry, reason, 'closed', { cause });
    }
  }

  readonly #expire = () => {
    this.#expiry = undefined;
    const { ttlMs } = this.#limits;
    for (const entry of this.#queue.values()) {
      if (entry.storedMessage) continue;
      const remainingMs = entry.expiresAt - this.#now();
      if (remainingMs > 0) {
        this.#expiry = setLongTimeout(this.#expire, remainingMs);
        return;
      }
      this.#fail(entry, `it was not sent within ${ttlMs} ms (queue.ttlMs).`, 'expired');
    }
  };

  /** Whether the server recognises a repeated message by its id. */
  get #supportsAck(): boolean {
    return this.#features.has('ack');
  }

  /**
   * The server may have stopped after it stored a question and before it replied. If the same id is sent again, it
   * replies to a question without a reply, and does nothing otherwise.
   */
  #resendUnanswered(): void {
    const unanswered = [...this.#asks].filter(
      ([id, { storedMessage, sentWithId, inFlight }]) =>
        storedMessage?.id !== undefined && sentWithId && !inFlight && !this.#queue.has(id),
    );
    for (const [, { bytes }] of unanswered) this.#bytes += bytes;
    this.#queue = new Map([...unanswered, ...this.#queue]);
  }

  /** Sends what can be sent now. */
  #flush(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (this.#readUpTo !== undefined && this.#features.has('receipts')) {
      if (connection.send({ type: 'read', id: this.#readUpTo })) this.#readUpTo = undefined;
    }
    this.#stops = this.#stops.filter(
      (id) => this.#features.has('stop') && !connection.send({ type: 'stop', id }),
    );
    if (this.#pauseTimer !== undefined) return;
    const supportsAck = this.#supportsAck;
    let inFlight = 0;
    for (const entry of this.#queue.values()) {
      const { id, content, sentWithId, traceparent } = entry;
      // Without acknowledgements, a message that may be stored is never sent twice.
      if (!entry.inFlight && (sentWithId !== undefined || entry.storedMessage) && !supportsAck) {
        if (entry.storedMessage) this.#removeFromQueue(entry);
        else this.#fail(entry, UNCONFIRMED);
        continue;
      }
      inFlight += 1;
      if (inFlight > MAX_IN_FLIGHT) return;
      if (entry.inFlight) continue;
      if (!connection.send({ type: 'message', content, traceparent, ...(supportsAck && { id }) }))
        return;
      entry.inFlight = true;
      entry.sentWithId = supportsAck;
    }
  }

  #markUnsent(id = ''): PendingMessage | undefined {
    const entry = this.#queue.get(id);
    if (entry !== undefined) {
      entry.inFlight = false;
      entry.sentWithId = undefined;
    }
    return entry;
  }

  #findUnacknowledged(content: string): PendingMessage | undefined {
    const trimmed = content.trim();
    // A backend may trim the content.
    return [...this.#queue.values()].find(
      (entry) => entry.sentWithId === false && entry.content.trim() === trimmed,
    );
  }

  /**
   * With `replyTo`, a reply names its question. Without it, turns are processed one after the other, so the reply
   * directly follows its question. If two questions follow each other, the next reply is ambiguous.
   */
  #matchReplies(): void {
    for (const ask of this.#asks.values()) {
      const { storedMessage } = ask;
      if (storedMessage === undefined) continue;
      const questionIndex = this.#recentMessages.findIndex((message) =>
        sameMessage(message, storedMessage),
      );
      const hasReplyTo = storedMessage.id !== undefined && this.#features.has('reply-to');
      const reply = hasReplyTo
        ? this.#recentMessages.find(({ replyTo }) => replyTo === storedMessage.id)
        : questionIndex !== -1 && this.#recentMessages[questionIndex + 1];
      if (!reply) continue;
      const isAmbiguous =
        !hasReplyTo &&
        [this.#recentMessages[questionIndex - 1], reply].some((other) => other?.role === 'user');
      if (isAmbiguous) this.#fail(ask, UNANSWERED);
      else ask.resolve(reply);
    }
  }

  #fail(
    { content, sentWithId, storedMessage, reject }: PendingMessage,
    message: string,
    reason: MessageNotSentReason = 'closed',
    options?: { cause: unknown },
  ): void {
    reject(
      sentWithId !== undefined || storedMessage
        ? new OutcomeUnknownError(content, message, options)
        : new MessageNotSentError(reason, content, message, options),
    );
  }

  #removeFromQueue({ id, bytes }: PendingMessage): void {
    if (this.#queue.delete(id)) this.#bytes -= bytes;
    if (this.#queue.size > 0) return;
    // The timer would keep a Node process alive for `ttlMs`.
    clearTimeout(this.#expiry);
    this.#expiry = undefined;
  }
}
