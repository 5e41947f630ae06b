import type { Message } from '@chat/contract';
import { sameMessage } from './same-message.js';
import { overlap } from './timeline.js';

/** What is asked for; a backend may give less. */
const PAGE_SIZE = 50;

/** One page, newest first, and how many messages the history had when it was read. */
export interface HistoryPart {
  readonly messages: readonly Message[];
  readonly total: number;
  readonly pageSize: number;
}

/**
 * Reads a history backwards, page by page, while messages are added at its other end: those shift all
 * pages, which `total` tells exactly, however far the line lags behind.
 */
export class HistoryWalk {
  readonly #read: (query: { page: number; pageSize: number }) => Promise<HistoryPart>;
  #messages: readonly Message[] = [];
  #pageSize = PAGE_SIZE;
  #firstTotal: number | undefined;
  /** Messages added since the first page was read, and of them those added during the last request. */
  #shift = 0;
  #drift = 0;

  constructor(read: (query: { page: number; pageSize: number }) => Promise<HistoryPart>) {
    this.#read = read;
  }

  /** What was read so far, newest first, without hole and without overlap. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Reads on. True when there is nothing older. */
  async back(): Promise<boolean> {
    // Where the next older message will be, if messages go on being added as fast as they were.
    const place = this.#messages.length + this.#shift + this.#drift;
    const page = Math.floor(place / this.#pageSize) + 1;
    const { messages, total, pageSize } = await this.#read({ page, pageSize: PAGE_SIZE });
    if (this.#firstTotal === undefined) this.#pageSize = Math.max(1, pageSize || PAGE_SIZE);
    this.#firstTotal ??= total;
    const shift = Math.max(this.#shift, total - this.#firstTotal) || 0;
    this.#drift = shift - this.#shift;
    this.#shift = shift;
    const begin = (page - 1) * this.#pageSize - shift;
    // It was not so: between what is known and this page is a hole.
    if (begin > this.#messages.length) return false;
    const older = messages.slice(this.#overlap(messages, begin));
    this.#messages = this.#messages.concat(older);
    const stuck = older.length === 0 && this.#drift === 0;
    return stuck || messages.length === 0 || this.#messages.length >= this.#firstTotal;
  }

  /** A backend that counts and reads apart may be one off: what the messages say goes before. */
  #overlap(batch: readonly Message[], begin: number): number {
    const known = this.#messages;
    const twice = Math.min(known.length - begin, batch.length);
    // What lies before the place where the walk began was added since.
    for (let index = Math.max(0, -begin); index < twice; index += 1) {
      if (!sameMessage(known[begin + index]!, batch[index]!)) return overlap(known, batch);
    }
    return twice;
  }
}
