import type { ReplyDelta, ReplyError } from '@chat/contract';
import { HttpError } from '../errors.js';
import type { Clock } from '../ports/index.js';
import type { MessageRecord } from '../ports/store.js';
import { cutText } from '../turns/reply-text.js';
import type { ReplyProgress } from './running-reply.js';

/** A client that reads slowly receives longer deltas, up to this length, instead of more of them. */
const maxDeltaLength = 65_536;

type EventStep = IteratorResult<string, undefined>;

const heartbeat: EventStep = { done: false, value: ': heartbeat\n\n' };

/** The result of the turn: what the stream ends with. */
export interface StreamEnd {
  /** Missing when the reply was stopped before it had text. */
  readonly reply?: MessageRecord | undefined;
  /** The JSON of the response, in parts. Rejects with an `HttpError`. */
  createBody(): Promise<Iterable<string> | AsyncIterable<string>>;
}

/**
 * One streamed response: the deltas of a reply, then its result. It holds a position and no text: the events are created
 * when the client reads them, so that slow clients need no memory and do not delay others.
 */
export class ReplyStream {
  /** Resolves when the stream has ended or was closed. */
  readonly closed: Promise<void>;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;
  #source: ReplyProgress | undefined;
  #unfollow: () => void = () => {};
  #end: StreamEnd | HttpError | undefined;
  #isClosed = false;
  #resolveClosed!: () => void;
  #endEvents: AsyncGenerator<string, undefined> | undefined;
  /** The reply of the last delta, and the position after it. */
  #id: string | undefined;
  #offset = 0;
  #hasChanged = false;
  #wake: ((changed: boolean) => void) | undefined;
  #waitingSince = 0;
  #cancelHeartbeat: (() => void) | undefined;

  constructor(clock: Clock, heartbeatMs: number) {
    this.#clock = clock;
    this.#heartbeatMs = heartbeatMs;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** Sends the text of this reply. It replaces the reply before, which another instance did not finish. */
  follow(source: ReplyProgress): void {
    this.#unfollow();
    this.#source = source;
    this.#unfollow = source.onChange(() => this.#notify());
    this.#notify();
  }

  end(result: StreamEnd | HttpError): void {
    this.#end = result;
    this.#notify();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unfollow();
    this.#cancelHeartbeat?.();
    this.#resolveClosed();
    this.#notify();
  }

  /**
   * Resolves when there is something to send. Until then, an error can be an ordinary response.
   * @throws {@link HttpError} the result, when it is an error and there is no text
   */
  async open(): Promise<void> {
    while (!this.#hasText() && this.#end === undefined && !this.#isClosed) {
      if (!(await this.#change())) return;
    }
    if (this.#end instanceof HttpError && !this.#hasText()) throw this.#end;
  }

  /** The events. Ending the iteration closes the stream, also before the first event. */
  get events(): AsyncIterable<string> {
    const iterator: AsyncIterator<string, undefined> = {
      next: () => this.#next(),
      return: async () => {
        this.close();
        await this.#endEvents?.return(undefined);
        return { done: true, value: undefined };
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** Not a generator or an async function: a delta costs one promise, and many replies are streamed at the same time. */
  #next(): Promise<EventStep> {
    return new Promise((resolve) => {
      const send = (changed: boolean): void => {
        const event = changed ? this.#nextEvent() : heartbeat;
        if (event === undefined) this.#onWake(send);
        else resolve(event);
      };
      send(true);
    });
  }

  /** Undefined when there is nothing to send yet. */
  #nextEvent(): EventStep | Promise<EventStep> | undefined {
    if (this.#isClosed) return { done: true, value: undefined };
    const delta = this.#nextDelta();
    if (delta !== undefined) return { done: false, value: delta };
    return this.#end && this.#nextEndEvent(this.#end);
  }

  #nextDelta(): string | undefined {
    const source = this.#source;
    if (source === undefined) return undefined;
    if (source.id !== this.#id) {
      this.#id = source.id;
      this.#offset = 0;
    }
    return this.#deltaOf(source.id, source.textFrom(this.#offset));
  }

  /** @param rest the text that is not sent yet */
  #deltaOf(id: string, rest: string): string | undefined {
    const content = cutText(rest, maxDeltaLength);
    if (content === '') return undefined;
    const event = deltaEvent({ id, offset: this.#offset, content });
    this.#offset += content.length;
    return event;
  }

  async #nextEndEvent(end: StreamEnd | HttpError): Promise<EventStep> {
    this.#endEvents ??= this.#writeEnd(end);
    try {
      const step = await this.#endEvents.next();
      if (step.done === true) this.close();
      return step;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async *#writeEnd(end: StreamEnd | HttpError): AsyncGenerator<string, undefined> {
    if (end instanceof HttpError) {
      yield errorEvent(end);
      return;
    }
    const { reply } = end;
    if (reply !== undefined) {
      if (reply.id !== this.#id) this.#offset = 0;
      while (true) {
        const delta = this.#deltaOf(reply.id, reply.content.slice(this.#offset));
        if (delta === undefined) break;
        yield delta;
      }
    }
    try {
      const parts = await end.createBody();
      // One write for a short body.
      if (Array.isArray(parts)) {
        yield `event: message\ndata: ${parts.join('')}\n\n`;
        return;
      }
      yield 'event: message\ndata: ';
      yield* parts;
      yield '\n\n';
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      yield errorEvent(error);
    }
  }

  #hasText(): boolean {
    return this.#source !== undefined && this.#source.text !== '';
  }

  /** Resolves with true at the next change, or with false when there is none for the heartbeat interval. */
  #change(): Promise<boolean> {
    return new Promise((resolve) => this.#onWake(resolve));
  }

  /** Calls `wake` a single time: immediately if there was a change before. */
  #onWake(wake: (changed: boolean) => void): void {
    if (this.#hasChanged) {
      this.#hasChanged = false;
      wake(true);
      return;
    }
    this.#waitingSince = this.#clock.now();
    if (this.#cancelHeartbeat === undefined) this.#startHeartbeat(this.#heartbeatMs);
    this.#wake = wake;
  }

  /** One timer for many changes: most of them come long before it ends. */
  #startHeartbeat(ms: number): void {
    this.#cancelHeartbeat = this.#clock.after(ms, () => {
      this.#cancelHeartbeat = undefined;
      if (this.#wake === undefined) return;
      const rest = this.#waitingSince + this.#heartbeatMs - this.#clock.now();
      // The clock may have been set back.
      if (rest > 0) this.#startHeartbeat(Math.min(rest, this.#heartbeatMs));
      else this.#finishWait(false);
    });
  }

  #notify(): void {
    if (this.#wake === undefined) this.#hasChanged = true;
    else this.#finishWait(true);
  }

  #finishWait(changed: boolean): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.(changed);
  }
}

function deltaEvent(delta: ReplyDelta): string {
  return `event: delta\ndata: ${JSON.stringify(delta)}\n\n`;
}

function errorEvent({ status, message }: HttpError): string {
  const error: ReplyError = { status, detail: message };
  return `event: error\ndata: ${JSON.stringify(error)}\n\n`;
}
