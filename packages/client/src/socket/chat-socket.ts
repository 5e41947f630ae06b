import { AbortError, TimeoutError } from '../errors/call-errors.js';
import type { ChatError } from '../errors/chat-error.js';
import { isChatError } from '../errors/is-chat-error.js';
import { MessageNotSentError, SocketClosedError } from '../errors/socket-errors.js';
import { rejectedPromise } from '../lib/deferred.js';
import { Emitter } from '../lib/event-emitter.js';
import { onAbort } from '../lib/on-abort.js';
import { setLongTimeout } from '../lib/timers.js';
import type { AbortSignalLike } from '../types/platform.js';
import { ReconnectingConnection } from './connection/reconnecting-connection.js';
import type { SocketDependencies } from './dependencies.js';
import { EventIterator } from './event-iterator.js';
import type { SocketEvent, SocketEvents, SocketMessage } from './events.js';
import { createFrameHandler } from './messages/frame-handler.js';
import { Outbox } from './messages/outbox.js';
import type { SendInstead } from './messages/pending-message.js';
import { type ConnectOptions, socketSettings } from './options.js';
import { GapRecovery } from './recovery/gap-recovery.js';
import type { SocketState, SocketStateChange } from './state-change.js';

/**
 * Options of one `send` or `ask`.
 *
 * @example
 * ```ts
 * import type { SocketSendOptions } from '@chat/client';
 *
 * // Ends when the user cancels, or after a minute.
 * const controller = new AbortController();
 * const options: SocketSendOptions = { signal: controller.signal, timeoutMs: 60_000 };
 * const { content } = await socket.ask('Tell me a long story.', options);
 * ```
 */
export interface SocketSendOptions {
  /**
   * Rejects the promise with an `AbortError`; a message that was not sent yet is never sent. For `ask` it also stops the
   * reply, on a backend with the extension `stop`.
   */
  signal?: AbortSignalLike | undefined;
  /**
   * Rejects the promise with a `TimeoutError` after this time, in milliseconds, also without a connection; a message that was
   * not sent yet is never sent. `queue.ttlMs` applies too.
   * @default none
   */
  timeoutMs?: number | undefined;
  /**
   * Identifies the message: a backend with acknowledgements stores it once, even if it is sent again with the same key,
   * by another socket or with `chat.send`.
   * @default a new one for each message
   */
  idempotencyKey?: string | undefined;
  /**
   * Whether the message may have been sent before with this key. A backend without acknowledgements does not receive it
   * again, and the promise rejects with an `OutcomeUnknownError`.
   * @default false
   */
  isRepeat?: boolean | undefined;
  /**
   * The trace of the caller, as in the header `traceparent` of W3C Trace Context. It is sent with the message, and a
   * server that traces continues it.
   * @default none
   */
  traceparent?: string | undefined;
}

const eventNames = [
  'message',
  'status',
  'delta',
  'typing',
  'read',
  'state',
  'recovered',
  'error',
] as const satisfies readonly (keyof SocketEvents)[];

/**
 * A real-time connection to the chat. It authenticates, reconnects after failures, and delivers each message once and
 * in order. Created by `client.connect()`.
 *
 * @example
 * ```ts
 * await using socket = client.connect();
 * socket.on('message', ({ role, content }) => console.log(role, content));
 * await socket.send('Hi');
 * const reply = await socket.ask('And you?');
 * ```
 */
export class ChatSocket {
  readonly #emitter: Emitter<SocketEvents>;
  readonly #iterators = new Set<EventIterator<SocketEvent>>();
  readonly #outbox: Outbox;
  readonly #connection: ReconnectingConnection;
  /** The id of the reply in progress, or of its question. */
  #replyId: string | undefined;

  /** @internal Use `client.connect()`. */
  constructor(dependencies: SocketDependencies, options: ConnectOptions = {}) {
    const settings = socketSettings(options);
    this.#emitter = new Emitter(dependencies.logger, eventNames);
    this.#outbox = new Outbox(settings.queue, dependencies.now);
    const recovery = new GapRecovery(dependencies, settings.recover.maxMessages, {
      deliver: (event) => this.#deliver(event),
      messagesMissed: (includesCurrent) => this.#outbox.messagesMissed(includesCurrent),
      recovered: (result) => this.#emitter.emit('recovered', result),
    });
    const onOpen = createFrameHandler(dependencies, settings, this.#outbox, recovery, (error) =>
      this.#emitter.emit('error', error),
    );
    this.#connection = new ReconnectingConnection(dependencies, settings, onOpen, (change) =>
      this.#onStateChange(change),
    );
  }

  /** The current state. */
  get state(): SocketState {
    return this.#connection.state;
  }

  /**
   * Calls `listener` for each event with this name. An error that a listener throws is logged and affects no other
   * listener.
   * @returns a function that removes the listener
   * @throws {@link InvalidOptionError} there is no event with this name
   * @example
   * ```ts
   * const stop = socket.on('state', ({ state, retryInMs }) => console.log(state, retryInMs));
   * stop();
   * ```
   */
  on<Name extends keyof SocketEvents>(
    name: Name,
    listener: (event: SocketEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Removes a listener that was added with `on`. */
  off<Name extends keyof SocketEvents>(
    name: Name,
    listener: (event: SocketEvents[Name]) => void,
  ): void {
    this.#emitter.off(name, listener);
  }

  /**
   * Sends a message. Resolves with the message when the server has stored it. While the socket is not open, the
   * message waits in the queue. A rejection that is not handled does not end the process.
   *
   * @throws {@link MessageNotSentError} the message is not stored: the queue was full, it waited too long, the
   * backend rejected it, or the socket was closed
   * @throws {@link OutcomeUnknownError} the message was sent, but the connection was lost before it was acknowledged,
   * and the backend has no acknowledgements that would make a repeat safe
   * @throws {@link AbortError} `signal` aborted
   * @throws {@link TimeoutError} `timeoutMs` elapsed
   * @example
   * ```ts
   * const { timestamp } = await socket.send('Hi');
   * ```
   */
  send(content: string, options: SocketSendOptions = {}): Promise<SocketMessage> {
    return this.#enqueue('Sending the message', content, options, false);
  }

  /**
   * Sends a message and resolves with the assistant's reply to it. Aborting the `signal` stops the reply; a timeout, a
   * lost connection and `close()` do not.
   *
   * @throws like {@link ChatSocket.send}, {@link OutcomeUnknownError} if the reply may have been missed, and
   * {@link AbortError} if the reply was stopped before it had any text
   * @example
   * ```ts
   * const { content } = await socket.ask('Which tram?', { timeoutMs: 30_000 });
   * ```
   */
  ask(content: string, options: SocketSendOptions = {}): Promise<SocketMessage> {
    return this.#enqueue('The reply', content, options, true);
  }

  /** Marks all messages up to this one as read. Does nothing on a backend without receipts. */
  markRead(id: string): void {
    this.#outbox.markRead(id);
  }

  /**
   * Stops a reply that is being generated. The backend stores the text so far as the reply, and sends it as a `message`
   * with `stopped: true`. While the socket is not open, this waits for the connection.
   *
   * @param id the id of the question or of its reply; by default, the reply that this socket receives, or any running
   * reply of the user if the backend did not name it
   * @throws {@link ExtensionUnavailableError} the backend does not have the extension `stop`
   * @example
   * ```ts
   * socket.stop();
   * ```
   */
  stop(id = this.#replyId): void {
    this.#outbox.stop(id);
  }

  /** Reconnects at once in any state but `closed`. */
  reconnect(): void {
    this.#connection.reconnect();
  }

  /**
   * Closes the socket permanently; another call does nothing. Promises of messages that were not sent reject with a
   * `MessageNotSentError`, which contains the message.
   */
  close(): void {
    this.#connection.close();
  }

  /** @internal Lets `send` send the messages that wait for the connection or for their acknowledgement. */
  withdraw(send: SendInstead): void {
    this.#outbox.withdraw(send);
  }

  /** @internal Closes the socket because its user is logged out. */
  closeWith(error: ChatError): void {
    this.#connection.close({ error, ...(error.code === 'signed_out' && { code: error.code }) });
  }

  /** Closes the socket at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /**
   * Iterates over all messages and statuses from now on, without heartbeats, until the socket is closed.
   *
   * @throws {@link SlowReaderError} the loop is more than 1,000 events behind
   * @example
   * ```ts
   * for await (const { type, data } of socket) console.log(type, data.content);
   * ```
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<SocketEvent> {
    const iterator = new EventIterator<SocketEvent>(() => this.#iterators.delete(iterator));
    this.#iterators.add(iterator);
    if (this.state === 'closed') iterator.end();
    return iterator;
  }

  #enqueue(
    operation: string,
    content: string,
    options: SocketSendOptions,
    expectsReply: boolean,
  ): Promise<SocketMessage> {
    const { signal, timeoutMs } = options;
    try {
      if (signal?.aborted) throw new AbortError(operation, { cause: signal.reason });
      if (this.state === 'closed') {
        throw new MessageNotSentError('closed', content, 'the socket is closed.');
      }
      const { promise, reject, stopReply } = this.#outbox.add(content, expectsReply, options);
      const stopListening = onAbort(signal, () => {
        if (expectsReply) stopReply();
        reject(new AbortError(operation, { cause: signal?.reason }));
      });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setLongTimeout(() => reject(new TimeoutError(operation, timeoutMs)), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        stopListening();
      };
      promise.then(done, done);
      return promise;
    } catch (error) {
      return rejectedPromise(error);
    }
  }

  #deliver(event: SocketEvent): void {
    const { type, data } = event;
    if (type === 'message') {
      this.#replyId = undefined;
      this.#outbox.delivered(data);
      this.#emitter.emit('message', data);
    } else if (data.event === 'delta') {
      this.#replyId = data.id;
      this.#emitter.emit('delta', data);
    } else {
      if (data.event === 'typing') this.#replyId = data.replyTo;
      this.#emitter.emit('status', data);
      if (data.event === 'typing') this.#emitter.emit('typing', data);
      if (data.event === 'read') this.#emitter.emit('read', data);
    }
    for (const iterator of this.#iterators) iterator.push(event);
  }

  #onStateChange(change: SocketStateChange): void {
    const { state, code, reason, error } = change;
    const closedError = (text: string) => new SocketClosedError(text, Number(code), reason);
    if (state === 'closed') {
      this.#outbox.close(error instanceof Error ? error : closedError('The socket is closed.'));
      for (const iterator of this.#iterators) iterator.end(error);
    }
    this.#emitter.emit('state', change);
    if (state === 'waiting') {
      const why = `The connection was closed with ${code}.`;
      this.#emitter.emit('error', isChatError(error) ? error : closedError(why));
    }
    if (state === 'closed') this.#emitter.clear();
  }
}
