import { textProblem } from '@chat/contract';
import { MessageNotSentError } from '../errors/message-not-sent-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { SocketDependencies } from './dependencies.js';
import type { Recovered, SocketEvent } from './events.js';
import { Feed } from './feed.js';
import { type Greeting, parseFrame } from './frame.js';
import { later } from './later.js';
import type { Line } from './line.js';
import { watchLine } from './line-watch.js';
import type { Link } from './link.js';
import type { SocketSettings } from './options.js';
import { Outbox, type Outgoing } from './outbox.js';

/**
 * How long a backend that has not greeted yet may take to do so before it counts as one that knows only
 * the core. Guessing wrong costs little: a frame that left without an id is never sent again.
 */
const GREETING_MS = 1000;
/** A backend that used to greet has this many silent connections before it counts as one that no longer does. */
const SILENT_CONNECTIONS = 3;

/** However soon a limit notice says: a server that refuses again and again is not asked without pause. */
const LEAST_HOLD_MS = 100;

export interface SessionHandlers {
  show(event: SocketEvent): void;
  recovered(result: Recovered): void;
}

/** The conversation over one line after another: what is said, what is confirmed, what is shown. */
export class Session {
  readonly #dependencies: SocketDependencies;
  readonly #settings: SocketSettings;
  readonly #outbox: Outbox;
  readonly #feed: Feed;
  #line: Line | undefined;
  #link: Link | undefined;
  /** What the backend offers on this line; undefined until it is known to have let us in. */
  #features: ReadonlySet<string> | undefined;
  #heard = () => {};
  /** So many silent connections and it counts as a backend that does not greet. */
  #silences = 0;
  #limitNotice: ReturnType<typeof setTimeout> | undefined;
  #readUpTo: string | undefined;

  constructor(
    dependencies: SocketDependencies,
    settings: SocketSettings,
    handlers: SessionHandlers,
  ) {
    this.#dependencies = dependencies;
    this.#settings = settings;
    this.#outbox = new Outbox(settings.queue, dependencies.now);
    this.#feed = new Feed(dependencies, settings.recoverMessages, {
      show: (event) => {
        if (event.type === 'message') this.#outbox.shown(event.data);
        handlers.show(event);
      },
      recovered: (result, lostLive) => {
        if (!result.complete) this.#outbox.missed(lostLive);
        handlers.recovered(result);
      },
    });
  }

  /** @throws {@link MessageNotSentError} `refused`, `overflow` */
  say(content: string, asks: boolean): Outgoing {
    const problem = typeof content === 'string' ? textProblem(content) : 'must be a string.';
    if (problem !== undefined) {
      throw new MessageNotSentError('refused', content, `its content ${problem}`);
    }
    const said = this.#outbox.add(content, asks);
    this.#flush();
    return said;
  }

  markRead(id: string): void {
    this.#readUpTo = id;
    this.#flush();
  }

  opened(line: Line, link: Link): void {
    const { connectTimeoutMs } = this.#settings;
    this.#line = line;
    this.#link = link;
    line.signal.addEventListener('abort', () => this.#broke());
    const expected = this.#silences > 0 || this.#dependencies.announced?.() === true;
    const patienceMs = expected ? connectTimeoutMs : Math.min(GREETING_MS, connectTimeoutMs);
    line.after(patienceMs, () => {
      this.#silences -= 1;
      if (this.#silences > 0) line.cut(new TimeoutError('The greeting of the server', patienceMs));
      else this.#confirm();
    });
  }

  received(text: string): void {
    const line = this.#line;
    this.#heard();
    const frame = parseFrame(text, this.#dependencies.validate !== false);
    if (frame === undefined) {
      this.#dependencies.logger.warn('A frame of the server was not understood.');
      return;
    }
    const { data } = frame;
    const word = frame.type === 'status' ? frame.data.event : undefined;
    if (word === 'connected') {
      this.#confirm(data);
      return;
    }
    // A greeting is the first frame, or there is none.
    if (this.#features === undefined) this.#confirm();
    if (line?.signal.aborted) return;
    if (frame.type === 'message') {
      this.#link?.trust();
      // At once, and not when it is shown: what the server has must not wait for the history.
      if (data.role === 'user' && this.#outbox.confirm(frame.data)) this.#flush();
    } else {
      const { id, content, retryAfterMs } = frame.data;
      if (word === 'heartbeat') return;
      if (word === 'rate_limited') this.#holdBack(id, retryAfterMs);
      if (word === 'error' && id !== undefined) this.#outbox.refuse(id, content);
    }
    this.#feed.take(frame);
  }

  close(cause: Error): void {
    clearTimeout(this.#limitNotice);
    this.#outbox.close(cause);
  }

  #broke(): void {
    this.#features = undefined;
    this.#outbox.lineBroke();
    if (this.#settings.recoverMessages === 0) this.#outbox.missed(true);
  }

  /** The backend let us in, with a greeting or without. A late greeting only adds what it offers. */
  #confirm(greeting?: Greeting): void {
    const line = this.#line;
    if (line === undefined) return;
    const late = this.#features !== undefined;
    const features = new Set(greeting?.features);
    this.#features = features;
    this.#heard = watchLine(line, greeting?.heartbeatMs, this.#dependencies.now);
    if (greeting !== undefined) {
      this.#silences = SILENT_CONNECTIONS;
      this.#link?.trust();
    }
    const since = features.has('identity') ? greeting?.timestamp : undefined;
    if (!late) {
      void this.#feed.begin(line.signal, since);
      this.#link?.confirm();
    }
    this.#flush();
  }

  /** Sends what may leave now. */
  #flush(): void {
    const line = this.#line;
    const features = this.#features;
    if (line === undefined || features === undefined) return;
    if (this.#readUpTo !== undefined && features.has('receipts')) {
      if (line.send({ type: 'read', id: this.#readUpTo })) this.#readUpTo = undefined;
    }
    if (this.#limitNotice === undefined) this.#outbox.flush(features.has('ack'), line.send);
  }

  #holdBack(id: string | undefined, retryAfterMs = GREETING_MS): void {
    this.#outbox.putBack(id);
    clearTimeout(this.#limitNotice);
    this.#limitNotice = later(
      () => {
        this.#limitNotice = undefined;
        this.#flush();
      },
      Math.max(retryAfterMs, LEAST_HOLD_MS),
    );
  }
}
