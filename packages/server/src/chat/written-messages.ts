import type { Message } from '@chat/contract';
import type { MessageRecord, SeqRange, UserState } from './store.js';

/** What a text takes beside its characters, roughly. */
const entryBytes = 120;

interface Written {
  readonly text: string;
  /** Whether it says `read`, after which nothing of it changes any more. */
  readonly read: boolean;
}

interface WrittenUser {
  readonly texts: Map<number, Written>;
  highest: number;
  bytes: number;
}

/**
 * Messages as JSON, kept to be sent again. Nobody needs to tell it what others write: a message that
 * was delivered changes only by being read, and up to where a user has read stands in the state that
 * each page is made from.
 */
export class WrittenMessages {
  readonly #maxBytes: number;
  /** The user who was asked for last is the last. */
  readonly #users = new Map<string, WrittenUser>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** All messages with these numbers, ascending; `undefined` when one of them is not here as it is now. */
  find(userId: string, { from, to }: SeqRange, state: UserState): string[] | undefined {
    const user = this.#users.get(userId);
    if (user === undefined) return undefined;
    this.#forget(userId, user);
    // Numbers never go back, but for a database that was replaced by another one.
    if (user.highest > state.lastSeq) return undefined;
    this.#keep(userId, user);
    const found: string[] = [];
    for (let seq = from; seq <= to; seq += 1) {
      const written = user.texts.get(seq);
      if (written === undefined || written.read !== seq <= state.readSeq) return undefined;
      found.push(written.text);
    }
    return found;
  }

  /** Writes `message`, the way that `record` leaves with that state, and keeps it if it stays so. */
  add(record: MessageRecord, message: Message, { readSeq }: UserState): string {
    const text = JSON.stringify(message);
    const { userId, seq, delivered } = record;
    const read = seq <= readSeq;
    if (!delivered && !read) return text;
    const user = this.#users.get(userId) ?? { texts: new Map(), highest: 0, bytes: 0 };
    this.#forget(userId, user);
    if (!user.texts.has(seq)) user.bytes += text.length * 2 + entryBytes;
    user.texts.set(seq, { text, read });
    user.highest = Math.max(user.highest, seq);
    this.#keep(userId, user);
    this.#makeRoom();
    return text;
  }

  #forget(userId: string, user: WrittenUser): void {
    if (this.#users.delete(userId)) this.#bytes -= user.bytes;
  }

  #keep(userId: string, user: WrittenUser): void {
    this.#users.set(userId, user);
    this.#bytes += user.bytes;
  }

  #makeRoom(): void {
    for (const [userId, user] of this.#users) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(userId, user);
    }
  }
}
