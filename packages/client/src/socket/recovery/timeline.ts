import { RecentIds } from '../../lib/recent-ids.js';
import type { Message } from '../../types/models.js';
import { sameMessage } from './message-identity.js';

/** Without ids, this many neighbours distinguish one "ok" from another. */
const MAX_LAST_MESSAGES = 50;

/** Remembers as much of the delivered messages as is needed to find their end in a history. */
export class Timeline {
  readonly #deliveredIds = new RecentIds();
  /** Ids of messages that are older than the socket and are not delivered. */
  #baseline: ReadonlySet<string | undefined> = new Set();
  /** The newest messages without ids, newest first. */
  #lastMessages: readonly Message[] = [];
  /** Whether `#lastMessages` starts with the first message of the history. */
  #reachesStart = false;
  /** Start of the first connection by the server's clock; used until a message is delivered. */
  #since = '';
  /** Whether no message is known that a history could contain. */
  #isEmpty = true;

  /**
   * Messages of a history that was read while the connection was open, oldest first. Frames may be slower than the
   * history response: then the last of these messages arrive live too, in order and before any other message.
   */
  #readAhead: readonly Message[] = [];
  #readAheadDelivered = false;
  /** Candidate positions of the next live message. Identical messages are distinguished by the messages that follow. */
  #candidateIndexes: readonly number[] = [];

  /** Whether the start of a gap is known. */
  get started(): boolean {
    return !this.#isEmpty || this.#reachesStart || this.#since !== '';
  }

  /** Messages before `since` are older than the socket and were never missed. */
  startAt(since: string): void {
    if (!this.started) this.#since = since;
  }

  /** Messages of this page (newest first, without ids) are older than the socket and were never missed. */
  startAfter(page: readonly Message[], reachesStart: boolean): void {
    const live = [...this.#lastMessages].reverse();
    this.#baseline = new Set(page.map(({ id }) => id));
    this.#lastMessages = page.filter(({ id }) => id === undefined);
    this.#reachesStart = reachesStart;
    this.#isEmpty &&= page.length === 0;
    this.#setReadAhead([...this.#lastMessages].reverse(), false);
    for (const message of live) this.addLive(message);
  }

  /** These messages were delivered from history, oldest first; they may still arrive live. */
  expectDuplicates(messages: readonly Message[]): void {
    this.#setReadAhead(messages, true);
  }

  /** Adds a delivered message. */
  append(message: Message): void {
    this.#isEmpty = false;
    this.#since = '';
    this.#deliveredIds.add(message.id);
    if (message.id !== undefined) return;
    this.#reachesStart &&= this.#lastMessages.length < MAX_LAST_MESSAGES;
    this.#lastMessages = [message, ...this.#lastMessages.slice(0, MAX_LAST_MESSAGES - 1)];
  }

  /** Whether the message with this id was delivered. */
  has(id: string | undefined): boolean {
    return this.#deliveredIds.has(id);
  }

  /** Adds a message that was received live. False if it was delivered before. */
  addLive(message: Message): boolean {
    if (this.has(message.id)) return false;
    if (message.id === undefined && this.#isReadAhead(message)) return !this.#readAheadDelivered;
    this.append(message);
    return true;
  }

  /**
   * The index of the first known or older message in a history (newest first, as far as it was read); `undefined` if
   * the history does not reach back so far. `reachedEnd`: there are no older messages.
   */
  findPosition(
    history: readonly Message[],
    reachedEnd: boolean,
    isSame = sameMessage,
  ): number | undefined {
    const lastMessages = this.#lastMessages;
    // If the history ends within `lastMessages`, only the next page decides.
    const matchesAt = (index: number) =>
      lastMessages.length > 0 &&
      lastMessages.every((message, back) => {
        const other = history[index + back];
        return other === undefined ? reachedEnd : isSame(message, other);
      });
    const expectedIndex = history.length - lastMessages.length;
    if (this.#reachesStart && reachedEnd && expectedIndex >= 0 && matchesAt(expectedIndex))
      return expectedIndex;
    const position = history.findIndex(({ id, timestamp }, index) =>
      id === undefined
        ? (reachedEnd || !this.#reachesStart) && matchesAt(index)
        : this.#deliveredIds.has(id) || this.#baseline.has(id) || timestamp < this.#since,
    );
    if (position !== -1) return position;
    return reachedEnd && this.#isEmpty ? history.length : undefined;
  }

  #setReadAhead(messages: readonly Message[], delivered: boolean): void {
    this.#readAhead = messages;
    this.#readAheadDelivered = delivered;
    this.#candidateIndexes = messages.map((_, index) => index);
  }

  #isReadAhead(message: Message): boolean {
    const indexes = this.#candidateIndexes.filter((index) => {
      const candidate = this.#readAhead[index];
      return candidate !== undefined && sameMessage(candidate, message);
    });
    this.#candidateIndexes = indexes.map((index) => index + 1);
    return indexes.length > 0;
  }
}
