import { AbortError } from '../errors/abort-error.js';
import { MessageNotSentError } from '../errors/message-not-sent-error.js';
import { SocketClosedError } from '../errors/socket-closed-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { later } from '../later.js';
import type { AbortSignalLike } from '../types/abort-signal.js';
import { refused } from './deferred.js';
import type { SocketDependencies } from './dependencies.js';
import { Emitter } from './emitter.js';
import type { SocketEvent, SocketEvents, SocketMessage, StateChange } from './events.js';
import { Feed } from './feed.js';
import { EventIterator } from './iterator.js';
import { Link } from './link.js';
import { listen } from './listen.js';
import { type ConnectOptions, socketSettings } from './options.js';
import { Outbox } from './outbox.js';
import { createSession } from './session.js';
import type { SocketState } from './state-table.js';

/**
 * Options of one `send` or `ask`.
 *
 * @example
 * ```ts
 * import type { SayOptions } from '@chat/client';
 *
 * // Given up by the user, or after a minute, whichever comes first.
 * const controller = new AbortController();
 * const options: SayOptions = { signal: controller.signal, timeoutMs: 60_000 };
 * const { content } = await socket.ask('Tell me a long story.', options);
 * ```
 */
export interface SayOptions {
  /** Gives the call up; a message that has not left yet never will. */
  signal?: AbortSignalLike | undefined;
  /**
   * Gives the call up after so many milliseconds. A message is given up after `queue.ttlMs` anyway.
   * @default none
   */
  timeoutMs?: number | undefined;
}

const eventNames = [
  'message',
  'status',
  'delta',
  'typing',
  'read',
  'state',
  'recovered',
] as const satisfies readonly (keyof SocketEvents)[];

/**
 * A conversation that one can forget about: dials, authenticates, comes back by itself after every
 * failure, and shows each message once and in order. Made by `client.connect()`.
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
  readonly #link: Link;

  /** @internal Use `client.connect()`. */
  constructor(dependencies: SocketDependencies, options: ConnectOptions = {}) {
    const settings = socketSettings(options);
    this.#emitter = new Emitter(dependencies.logger, eventNames);
    this.#outbox = new Outbox(settings.queue, dependencies.now);
    const feed = new Feed(dependencies, settings.recover.maxMessages, {
      show: (event) => this.#show(event),
      missed: (ofThisLine) => this.#outbox.missed(ofThisLine),
      recovered: (result) => this.#emitter.emit('recovered', result),
    });
    const session = createSession(dependencies, settings, this.#outbox, feed);
    this.#link = new Link(dependencies, settings, session, (change) => this.#changed(change));
  }

  /** Where the socket stands. */
  get state(): SocketState {
    return this.#link.state;
  }

  /**
   * Calls `listener` at each event of that name. What a listener throws is logged and harms nobody.
   * @returns how to stop listening
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

  /** Takes back an `on`. */
  off<Name extends keyof SocketEvents>(
    name: Name,
    listener: (event: SocketEvents[Name]) => void,
  ): void {
    this.#emitter.off(name, listener);
  }

  /**
   * Says something. Resolves with the message once the server has stored it; while the socket is not
   * open the message waits in the queue. A failure that nobody awaits does not end the process.
   *
   * @throws {@link MessageNotSentError} it is surely not stored: the queue was full, it waited too
   * long, the backend refused it, or the socket was closed
   * @throws {@link OutcomeUnknownError} it left, but the line broke before it was confirmed, and the
   * backend has no acknowledgements that would make a repeat safe
   * @throws {@link AbortError} `signal` aborted
   * @throws {@link TimeoutError} `timeoutMs` went by
   * @example
   * ```ts
   * const { timestamp } = await socket.send('Hi');
   * ```
   */
  send(content: string, options: SayOptions = {}): Promise<SocketMessage> {
    return this.#say('Sending the message', content, options, false);
  }

  /**
   * Says something and resolves with the assistant's answer to it.
   *
   * @throws as {@link ChatSocket.send}, and {@link OutcomeUnknownError} when the answer may have been missed
   * @example
   * ```ts
   * const { content } = await socket.ask('Which tram?', { timeoutMs: 30_000 });
   * ```
   */
  ask(content: string, options: SayOptions = {}): Promise<SocketMessage> {
    return this.#say('The answer', content, options, true);
  }

  /** Marks all messages up to this one as read, on a backend that knows receipts. */
  markRead(id: string): void {
    this.#outbox.markRead(id);
  }

  /** Dials anew and at once, whatever the socket is doing; a closed one stays closed. */
  reconnect(): void {
    this.#link.reconnect();
  }

  /**
   * Closes the socket for good; calling it again does nothing. What was not sent comes back in the
   * error of its promise.
   */
  close(): void {
    this.#link.close();
  }

  /** Closes the socket when the block of an `await using` ends. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /**
   * All messages and statuses from now on (heartbeats left out), until the socket is closed.
   *
   * @throws {@link SlowReaderError} when the loop falls more than 1,000 events behind
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

  #say(
    what: string,
    content: string,
    { signal, timeoutMs }: SayOptions,
    asks: boolean,
  ): Promise<SocketMessage> {
    try {
      if (signal?.aborted) throw new AbortError(what, { cause: signal.reason });
      if (this.state === 'closed') {
        throw new MessageNotSentError('closed', content, 'the socket is closed.');
      }
      const { promise, drop } = this.#outbox.add(content, asks);
      const stopListening = listen(signal, 'abort', () =>
        drop(new AbortError(what, { cause: signal?.reason })),
      );
      const timer =
        timeoutMs === undefined
          ? undefined
          : later(() => drop(new TimeoutError(what, timeoutMs)), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        stopListening();
      };
      promise.then(done, done);
      return promise;
    } catch (error) {
      return refused(error);
    }
  }

  #show(event: SocketEvent): void {
    if (event.type === 'message') {
      this.#outbox.shown(event.data);
      this.#emitter.emit('message', event.data);
    } else if (event.data.event === 'delta') {
      this.#emitter.emit('delta', event.data);
    } else {
      this.#emitter.emit('status', event.data);
      const { event: word } = event.data;
      if (word === 'typing' || word === 'read') this.#emitter.emit(word, event.data);
    }
    for (const iterator of this.#iterators) iterator.push(event);
  }

  #changed(change: StateChange): void {
    if (change.state === 'closed') this.#settle(change);
    this.#emitter.emit('state', change);
    if (change.state === 'closed') this.#emitter.clear();
  }

  /** Nothing that was promised stays open. */
  #settle({ code, reason, error }: StateChange): void {
    this.#outbox.close(
      error instanceof Error ? error : new SocketClosedError('The socket is closed.', code, reason),
    );
    for (const iterator of this.#iterators) iterator.end(error);
  }
}
