import type { MessageRecord, SeqRange } from '../../chat/store.js';

/** What a record takes beside its text, roughly. */
const recordBytes = 400;
/** A larger range is a walk through the history: it would only push out what is read again. */
const widestRange = 1_000;

interface CachedUser {
  readonly messages: Map<number, MessageRecord>;
  bytes: number;
}

/**
 * Keeps of committed messages what never changes, so that a page need not be carried out of the
 * database value by value again. Nothing here can become untrue, whoever else writes: whether a
 * message is delivered or rated is kept as the usual (delivered, not rated), to be asked for apart.
 */
export class MessageCache {
  readonly #maxBytes: number;
  /** The user who was asked for last is the last. */
  readonly #users = new Map<string, CachedUser>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** All messages with these numbers, `undefined` when one of them is not here. */
  find(userId: string, { from, to }: SeqRange): MessageRecord[] | undefined {
    const user = this.#users.get(userId);
    if (user === undefined || to - from >= widestRange) return undefined;
    const found: MessageRecord[] = [];
    for (let seq = from; seq <= to; seq += 1) {
      const message = user.messages.get(seq);
      if (message === undefined) return undefined;
      found.push(message);
    }
    this.#users.delete(userId);
    this.#users.set(userId, user);
    return found;
  }

  /** Committed messages of one user. */
  add(userId: string, messages: readonly MessageRecord[]): void {
    if (messages.length === 0 || messages.length > widestRange) return;
    const user = this.#users.get(userId) ?? { messages: new Map(), bytes: 0 };
    const before = user.bytes;
    for (const message of messages) {
      if (user.messages.has(message.seq)) continue;
      user.messages.set(message.seq, asUsual(message));
      user.bytes += message.content.length * 2 + recordBytes;
    }
    this.#bytes += user.bytes - before;
    this.#users.delete(userId);
    this.#users.set(userId, user);
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [userId, { bytes }] of this.#users) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#users.delete(userId);
      this.#bytes -= bytes;
    }
  }
}

function asUsual(message: MessageRecord): MessageRecord {
  if (message.delivered && message.satisfied === undefined) return message;
  const { satisfied: _, ...rest } = message;
  return { ...rest, delivered: true };
}
