import type { FanOutEvent } from '../ports/index.js';

type Delta = NonNullable<Extract<FanOutEvent, { kind: 'frame' }>['delta']>;

/**
 * Which deltas a socket has received. It receives the deltas of a reply only from offset 0 and without gaps, so that it always
 * has a prefix of the reply: the text so far comes first when it joins during a reply or an instance lost a delta.
 */
export class DeltaPosition {
  #id: string | undefined;
  #end = 0;
  #gap: string | undefined;

  /** `send` it, `skip` it, or `request` the text so far, once for each gap. */
  next({ id, offset, length }: Delta): 'send' | 'skip' | 'request' {
    const isCurrent = id === this.#id;
    const end = isCurrent ? this.#end : 0;
    if (isCurrent && offset + length <= end) return 'skip';
    if (offset !== 0 && offset !== end) {
      if (this.#gap === id) return 'skip';
      this.#gap = id;
      return 'request';
    }
    this.#id = id;
    this.#end = offset + length;
    this.#gap = undefined;
    return 'send';
  }
}
