import { textProblem } from '@chat/contract';
import { MessageNotSentError } from '../errors/message-not-sent-error.js';
import { OutcomeUnknownError } from '../errors/outcome-unknown-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { Asks } from './asks.js';
import type { Connection } from './connection.js';
import type { SocketDependencies } from './dependencies.js';
import type { Recovered, SocketEvent, SocketMessage, SocketStatus } from './events.js';
import { type Greeting, parseFrame } from './frame.js';
import { later } from './later.js';
import { type LineWatch, watchLine } from './line-watch.js';
import type { SocketSettings } from './options.js';
import { type Outgoing, SendQueue } from './queue.js';
import { Recovery } from './recovery.js';
import { Timeline } from './timeline.js';

/**
 * How long a backend that has not greeted yet may take to do so before it counts as one that knows only
 * the core. Guessing wrong costs little: a frame that left without an id is never sent again.
 */
const GREETING_MS = 1000;
/** A backend that used to greet has this many silent connections before it counts as one that no longer does. */
const SILENT_CONNECTIONS = 3;

/**
 * Messages that are unconfirmed on the line at once. Enough to fill it, and few enough that a server
 * which takes so many turns a user refuses none of them, which would cost their order.
 */
const WINDOW = 64;

/** However soon a limit notice says: a server that refuses again and again is not asked without pause. */
const LEAST_HOLD_MS = 100;

/** What the session needs of the link that keeps its line up. */
export interface SessionLink {
  confirm(): void;
  trust(): void;
  cut(error: Error): void;
}

export interface SessionHandlers {
  show(event: SocketEvent): void;
  recovered(result: Recovered): void;
}

interface Line {
  readonly connection: Connection;
  /** Aborts when the line is over. */
  readonly over: AbortController;
  readonly greeting: ReturnType<typeof setTimeout>;
  /** What the backend offers on this line; undefined until it is known to have let us in. */
  features?: ReadonlySet<string>;
  watch?: LineWatch;
}

/** The conversation over one line after another: what is said, what is confirmed, what is shown. */
export class Session {
  readonly #dependencies: SocketDependencies;
  readonly #settings: SocketSettings;
  readonly #link: SessionLink;
  readonly #handlers: SessionHandlers;
  readonly #timeline = new Timeline();
  readonly #asks = new Asks();
  readonly #queue: SendQueue;
  readonly #recovery: Recovery;
  #line: Line | undefined;
  #wasOpen = false;
  #greets = false;
  #silentConnections = 0;
  #limitNotice: ReturnType<typeof setTimeout> | undefined;
  #readUpTo: string | undefined;

  constructor(
    dependencies: SocketDependencies,
    settings: SocketSettings,
    link: SessionLink,
    handlers: SessionHandlers,
  ) {
    this.#dependencies = dependencies;
    this.#settings = settings;
    this.#link = link;
    this.#handlers = handlers;
    this.#queue = new SendQueue(settings.queue, dependencies.now);
    this.#recovery = new Recovery(dependencies, this.#timeline, settings.recoverMessages, {
      recoveredMessage: (data) => this.#show({ type: 'message', data }),
      live: (event) => this.#live(event),
      recovered: (result, lostLive) => {
        if (lostLive) this.#asks.lineBroke();
        if (!result.complete) this.#asks.missed();
        handlers.recovered(result);
      },
    });
  }

  /** @throws {@link MessageNotSentError} `refused`, `overflow` */
  say(content: string): Outgoing {
    const problem = typeof content === 'string' ? textProblem(content) : 'must be a string.';
    if (problem !== undefined) {
      throw new MessageNotSentError('refused', content, `its content ${problem}`);
    }
    return this.#queue.add(content);
  }

  /** Resolves with the answer to something said. */
  answerTo(outgoing: Outgoing): Promise<SocketMessage> {
    return this.#asks.add(outgoing);
  }

  drop(id: string, error: Error): void {
    this.#queue.drop(id, error);
    this.#asks.drop(id, error);
  }

  markRead(id: string): void {
    this.#readUpTo = id;
    this.flush();
  }

  /** Sends what may leave now. */
  flush(): void {
    const { connection, features } = this.#line ?? {};
    if (connection === undefined || features === undefined) return;
    if (this.#readUpTo !== undefined && features.has('receipts')) {
      const frame = JSON.stringify({ type: 'read', id: this.#readUpTo });
      if (connection.send(frame)) this.#readUpTo = undefined;
    }
    const acknowledged = features.has('ack');
    while (this.#limitNotice === undefined && this.#queue.inFlight < WINDOW) {
      const next = this.#queue.next(acknowledged);
      if (next === undefined) return;
      const { content, id } = next;
      const frame = { type: 'message', content, ...(acknowledged && { id }) };
      if (!connection.send(JSON.stringify(frame))) return;
      this.#queue.left(next, acknowledged);
    }
  }

  opened(connection: Connection): void {
    const { connectTimeoutMs } = this.#settings;
    const expected = this.#greets || this.#dependencies.announced?.() === true;
    const patienceMs = expected ? connectTimeoutMs : Math.min(GREETING_MS, connectTimeoutMs);
    const greeting = later(() => {
      this.#silentConnections += 1;
      if (this.#greets && this.#silentConnections < SILENT_CONNECTIONS) {
        this.#link.cut(new TimeoutError('The greeting of the server', patienceMs));
      } else {
        this.#greets = false;
        this.#confirm();
      }
    }, patienceMs);
    this.#line = { connection, greeting, over: new AbortController() };
  }

  received(text: string): void {
    const line = this.#line;
    const frame = parseFrame(text, this.#dependencies.validate !== false);
    if (line === undefined) return;
    line.watch?.heard();
    if (frame === undefined) {
      this.#dependencies.logger.warn('A frame of the server was not understood.');
      return;
    }
    if (frame.type === 'status' && frame.data.event === 'connected') {
      this.#confirm(frame.data);
      return;
    }
    // A greeting is the first frame, or there is none.
    if (line.features === undefined) this.#confirm();
    if (line.over.signal.aborted) return;
    if (frame.type === 'message') this.#message(frame);
    else this.#status(frame);
  }

  broke(): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    clearTimeout(line.greeting);
    line.watch?.stop();
    line.over.abort();
    this.#queue.lineBroke();
    this.#asks.lineBroke();
    if (this.#settings.recoverMessages === 0) this.#asks.missed();
  }

  close(cause: Error): void {
    clearTimeout(this.#limitNotice);
    this.#queue.close(cause);
    this.#asks.close(cause);
  }

  /** The backend let us in, with a greeting or without. A late greeting only adds what it offers. */
  #confirm(greeting?: Greeting): void {
    const line = this.#line;
    if (line === undefined) return;
    const late = line.features !== undefined;
    clearTimeout(line.greeting);
    line.features = new Set(greeting?.features);
    line.watch?.stop();
    line.watch = watchLine(greeting?.heartbeatMs, this.#dependencies.now, () =>
      this.#link.cut(new TimeoutError('Hearing from the server', (greeting?.heartbeatMs ?? 0) * 3)),
    );
    if (greeting !== undefined) {
      this.#greets = true;
      this.#silentConnections = 0;
      this.#link.trust();
      if (line.features.has('identity')) this.#timeline.startAt(greeting.timestamp);
    }
    if (!late) this.#begin(line);
    this.flush();
  }

  #begin({ features, over: { signal } }: Line): void {
    const recover = this.#settings.recoverMessages > 0;
    if (recover && this.#wasOpen) void this.#recovery.fill(signal);
    else if (recover && !features?.has('identity')) void this.#recovery.baseline(signal);
    this.#wasOpen = true;
    this.#link.confirm();
  }

  #message(event: SocketEvent & { type: 'message' }): void {
    this.#link.trust();
    // At once, and not when it is shown: what the server has must not wait for the history.
    if (event.data.role === 'user' && this.#queue.confirm(event.data)) this.flush();
    if (!this.#recovery.hold(event)) this.#live(event);
  }

  #status(event: { type: 'status'; data: SocketStatus }): void {
    const { event: word, id, content, retryAfterMs } = event.data;
    if (word === 'heartbeat') return;
    if (word === 'rate_limited') this.#holdBack(id, retryAfterMs);
    if (word === 'error' && id !== undefined) {
      this.#queue.refuse(id, content);
      this.#asks.drop(id, new OutcomeUnknownError(content, content));
    }
    if (!this.#recovery.hold(event)) this.#live(event);
  }

  #holdBack(id: string | undefined, retryAfterMs = GREETING_MS): void {
    this.#queue.putBack(id);
    clearTimeout(this.#limitNotice);
    this.#limitNotice = later(
      () => {
        this.#limitNotice = undefined;
        this.flush();
      },
      Math.max(retryAfterMs, LEAST_HOLD_MS),
    );
  }

  #live(event: SocketEvent): void {
    // The pieces of a reply that came out of the history meanwhile would begin it a second time.
    const isNews =
      event.type === 'message'
        ? this.#timeline.add(event.data)
        : event.data.event !== 'delta' || !this.#timeline.has(event.data.id);
    if (isNews) this.#show(event);
  }

  #show(event: SocketEvent): void {
    if (event.type === 'message') this.#asks.shown(event.data);
    this.#handlers.show(event);
  }
}
