import type { Message, Pagination } from '../types/models.js';
import { overlap, sameMessage } from './same-message.js';

/** What is asked for; a backend may give less. */
const PAGE_SIZE = 50;

/** One page, newest first, and how many messages the history had when it was read. */
export interface HistoryPart {
  readonly messages: readonly Message[];
  readonly pagination: Pagination;
}

/**
 * Reads a history backwards, page by page, while messages are added at its other end: those shift all
 * pages, which `total` tells exactly, however far the line lags behind.
 */
export class HistoryWalk {
  /** What was read so far, newest first, without hole and without overlap. */
  messages: readonly Message[] = [];
  readonly #read: (query: { page: number; pageSize: number }) => Promise<HistoryPart>;
  #pageSize = PAGE_SIZE;
  #firstTotal = 0;
  /** Messages added since the first page was read, and of them those added during the last request. */
  #shift = 0;
  #drift = 0;

  constructor(read: (query: { page: number; pageSize: number }) => Promise<HistoryPart>) {
    this.#read = read;
  }

  /** Reads on. True when there is nothing older. */
  async back(): Promise<boolean> {
    const known = this.messages;
    // Where the next older message will be, if messages go on being added as fast as they were.
    const place = known.length + this.#shift + this.#drift;
    const page = Math.floor(place / this.#pageSize) + 1;
    const { messages, pagination } = await this.#read({ page, pageSize: PAGE_SIZE });
    if (known.length === 0) {
      this.#pageSize = Math.max(1, pagination.pageSize || PAGE_SIZE);
      this.#firstTotal = pagination.total;
    }
    const shift = Math.max(this.#shift, pagination.total - this.#firstTotal) || 0;
    this.#drift = shift - this.#shift;
    this.#shift = shift;
    const begin = (page - 1) * this.#pageSize - shift;
    // It was not so: between what is known and this page is a hole.
    if (begin > known.length) return false;
    const older = messages.slice(this.#overlap(messages, begin));
    this.messages = known.concat(older);
    const stuck = older.length === 0 && this.#drift === 0;
    return stuck || messages.length === 0 || this.messages.length >= this.#firstTotal;
  }

  /** A backend that counts and reads apart may be one off: what the messages say goes before. */
  #overlap(batch: readonly Message[], begin: number): number {
    const known = this.messages;
    const twice = Math.min(known.length - begin, batch.length);
    // What lies before the place where the walk began was added since.
    for (let index = Math.max(0, -begin); index < twice; index += 1) {
      if (!sameMessage(known[begin + index]!, batch[index]!)) return overlap(known, batch);
    }
    return twice;
  }
}
