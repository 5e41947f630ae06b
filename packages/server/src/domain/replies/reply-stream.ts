import type { ReplyDelta, ReplyError } from '@chat/contract';
import { HttpError } from '../errors.js';
import type { Clock } from '../ports/index.js';
import type { MessageRecord } from '../ports/store.js';
import { cutText } from '../turns/reply-text.js';
import type { ReplyProgress } from './running-reply.js';

/** A client that reads slowly receives longer deltas, up to this length, instead of more of them. */
const maxDeltaLength = 65_536;

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
  #hasChanged = false;
  #wake: (() => void) | undefined;

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
    const events = this.#write();
    const close = async () => {
      this.close();
      return events.return(undefined);
    };
    const iterator = { next: () => events.next(), return: close };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  async *#write(): AsyncGenerator<string, undefined> {
    try {
      let id: string | undefined;
      let offset = 0;
      while (!this.#isClosed) {
        const source = this.#source;
        if (source !== undefined && source.id !== id) {
          id = source.id;
          offset = 0;
        }
        const content = nextDelta(source?.text ?? '', offset);
        if (id !== undefined && content !== '') {
          yield deltaEvent({ id, offset, content });
          offset += content.length;
        } else if (this.#end !== undefined) {
          yield* this.#writeEnd(this.#end, id, offset);
          return;
        } else if (!(await this.#change())) {
          yield ': heartbeat\n\n';
        }
      }
    } finally {
      this.close();
    }
  }

  async *#writeEnd(end: StreamEnd | HttpError, id: string | undefined, sent: number) {
    if (end instanceof HttpError) {
      yield errorEvent(end);
      return;
    }
    const { reply } = end;
    if (reply !== undefined) {
      let offset = reply.id === id ? sent : 0;
      for (
        let content = nextDelta(reply.content, offset);
        content !== '';
        content = nextDelta(reply.content, offset)
      ) {
        yield deltaEvent({ id: reply.id, offset, content });
        offset += content.length;
      }
    }
    try {
      const parts = await end.createBody();
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
    if (this.#hasChanged) {
      this.#hasChanged = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const finish = (changed: boolean): void => {
        this.#wake = undefined;
        resolve(changed);
      };
      const cancel = this.#clock.after(this.#heartbeatMs, () => finish(false));
      this.#wake = () => {
        cancel();
        finish(true);
      };
    });
  }

  #notify(): void {
    if (this.#wake === undefined) this.#hasChanged = true;
    else this.#wake();
  }
}

function nextDelta(text: string, offset: number): string {
  return cutText(text.slice(offset, offset + maxDeltaLength), maxDeltaLength);
}

function deltaEvent(delta: ReplyDelta): string {
  return `event: delta\ndata: ${JSON.stringify(delta)}\n\n`;
}

function errorEvent({ status, message }: HttpError): string {
  const error: ReplyError = { status, detail: message };
  return `event: error\ndata: ${JSON.stringify(error)}\n\n`;
}
