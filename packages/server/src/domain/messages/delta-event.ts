import type { FanOutEvent } from '../ports/index.js';
import { type Delta, deltaFrame } from './frames.js';

/** An event with a delta. */
export type DeltaFrame = Extract<FanOutEvent, { kind: 'frame' }> & {
  readonly delta: NonNullable<Extract<FanOutEvent, { kind: 'frame' }>['delta']>;
};

interface KeyedDelta extends Delta {
  /** The key of the turn, in the text so far only: another instance finds the reply by it. */
  readonly key?: string | undefined;
}

/** A delta of a reply. Its frame is created when it is first read: few sockets request streaming. */
export class DeltaEvent {
  readonly kind = 'frame';
  readonly streamOnly = true;
  readonly delta: DeltaFrame['delta'];
  readonly #now: number;
  readonly #delta: Delta;
  #frame: string | undefined;

  constructor(now: number, delta: KeyedDelta) {
    const { id, offset, content, key } = delta;
    const position = { id, offset, length: content.length };
    this.delta = key === undefined ? position : { ...position, key };
    this.#now = now;
    this.#delta = delta;
  }

  get frame(): string {
    this.#frame ??= deltaFrame(this.#now, this.#delta);
    return this.#frame;
  }

  /** The plain event, for other instances. */
  toJSON() {
    const { kind, streamOnly, delta, frame } = this;
    return { kind, streamOnly, delta, frame };
  }
}
