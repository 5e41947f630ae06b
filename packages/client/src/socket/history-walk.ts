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
  #pages = 0;
  #pageSize = PAGE_SIZE;
  #firstTotal = 0;
  /** Messages added since the first page was read. */
  #added = 0;

  constructor(read: (query: { page: number; pageSize: number }) => Promise<HistoryPart>) {
    this.#read = read;
  }

  /** Reads on. True when there is nothing older. */
  async back(): Promise<boolean> {
    const known = this.messages;
    const page = this.#pages + 1;
    const { messages, pagination } = await this.#read({ page, pageSize: PAGE_SIZE });
    if (this.#pages === 0) {
      this.#pageSize = pagination.pageSize || PAGE_SIZE;
      this.#firstTotal = pagination.total;
    }
    this.#added = Math.max(this.#added, pagination.total - this.#firstTotal) || 0;
    // Where this page begins, counted from where the first one began: what was added since lies before that.
    const begin = this.#pages * this.#pageSize - this.#added;
    this.#pages = page;
    const twice = messages.slice(0, Math.max(0, known.length - begin));
    const fits = twice.every((message, index) => {
      const other = known[begin + index];
      return other === undefined || sameMessage(other, message);
    });
    // A backend that counts and reads apart may be one off: what the messages say goes before.
    const older = messages.slice(fits ? twice.length : overlap(known, messages));
    this.messages = known.concat(older);
    return messages.length === 0 || this.messages.length >= this.#firstTotal;
  }
}
