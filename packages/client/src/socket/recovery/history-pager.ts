import type { Message, Pagination } from '../../types/models.js';
import { overlapLength, sameMessage } from './message-identity.js';

/** Requested page size; a backend may return less. */
const PAGE_SIZE = 50;

/** One page, newest first, with the total number of messages at that time. */
export interface HistorySlice {
  readonly messages: readonly Message[];
  readonly pagination: Pagination;
}

/**
 * Reads a history backwards, page by page. New messages shift all pages; `total` shows by how many, even if the
 * connection is late.
 */
export class HistoryPager {
  /** The messages read so far, newest first, without gaps and duplicates. */
  messages: readonly Message[] = [];
  readonly #readPage: (query: { page: number; pageSize: number }) => Promise<HistorySlice>;
  #pages = 0;
  #pageSize = PAGE_SIZE;
  #firstTotal = 0;
  /** Messages added since the first page was read. */
  #added = 0;

  constructor(readPage: (query: { page: number; pageSize: number }) => Promise<HistorySlice>) {
    this.#readPage = readPage;
  }

  /** Reads the next older page. Returns true when there are no older messages. */
  async nextPage(): Promise<boolean> {
    const known = this.messages;
    const page = this.#pages + 1;
    const { messages, pagination } = await this.#readPage({ page, pageSize: PAGE_SIZE });
    if (this.#pages === 0) {
      this.#pageSize = pagination.pageSize || PAGE_SIZE;
      this.#firstTotal = pagination.total;
    }
    this.#added = Math.max(this.#added, pagination.total - this.#firstTotal) || 0;
    // Index of this page's first message, counted from the start of the first page.
    const begin = this.#pages * this.#pageSize - this.#added;
    this.#pages = page;
    const repeated = messages.slice(0, Math.max(0, known.length - begin));
    const countsAgree = repeated.every((message, index) => {
      const other = known[begin + index];
      return other === undefined || sameMessage(other, message);
    });
    // `total` may be off by one if the backend counts and reads separately: then compare the messages.
    const older = messages.slice(countsAgree ? repeated.length : overlapLength(known, messages));
    this.messages = known.concat(older);
    return messages.length === 0 || this.messages.length >= this.#firstTotal;
  }
}
