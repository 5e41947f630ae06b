import type {
  MessageRecord,
  SeqRange,
  SessionRecord,
  TurnRecord,
  UserState,
} from '../../chat/store.js';
import { noState } from '../no-state.js';

/** Records by their number, which may be read in ranges. */
class Numbered<T> {
  readonly #records = new Map<number, T>();
  #highest = 0;

  get(number: number): T | undefined {
    return this.#records.get(number);
  }

  set(number: number, record: T): void {
    this.#records.set(number, record);
    this.#highest = Math.max(this.#highest, number);
  }

  range({ from, to }: SeqRange, limit = Number.POSITIVE_INFINITY): T[] {
    const found: T[] = [];
    const last = Math.min(to, this.#highest);
    for (let number = Math.max(from, 1); number <= last && found.length < limit; number += 1) {
      const record = this.#records.get(number);
      if (record !== undefined) found.push(record);
    }
    return found;
  }
}

/** What is committed of one user. */
export class MemoryUser {
  readonly messages = new Numbered<MessageRecord>();
  readonly sessions = new Numbered<SessionRecord>();
  readonly turns = new Map<string, TurnRecord>();
  readonly #seqById = new Map<string, number>();
  readonly #ordinalById = new Map<string, number>();
  readonly #seqsBySession = new Map<string, Numbered<number>>();
  #state: UserState = noState;

  /** The session is looked up, not kept, so that there is one copy of it. */
  state(): UserState {
    return withSession(this.#state, this.sessions.get(this.#state.sessionCount));
  }

  setState(state: UserState): void {
    this.#state = state;
  }

  messageById(id: string): MessageRecord | undefined {
    const seq = this.#seqById.get(id);
    return seq === undefined ? undefined : this.messages.get(seq);
  }

  session(id: string): SessionRecord | undefined {
    const ordinal = this.#ordinalById.get(id);
    return ordinal === undefined ? undefined : this.sessions.get(ordinal);
  }

  sessionMessages(sessionId: string, range: SeqRange): MessageRecord[] {
    const seqs = this.#seqsBySession.get(sessionId)?.range(range) ?? [];
    return seqs.flatMap((seq) => this.messages.get(seq) ?? []);
  }

  setMessage(message: MessageRecord): void {
    this.messages.set(message.seq, message);
    this.#seqById.set(message.id, message.seq);
    const seqs = this.#seqsBySession.get(message.sessionId) ?? new Numbered<number>();
    seqs.set(message.sessionSeq, message.seq);
    this.#seqsBySession.set(message.sessionId, seqs);
  }

  setSession(session: SessionRecord): void {
    this.sessions.set(session.ordinal, session);
    this.#ordinalById.set(session.id, session.ordinal);
  }
}

export function withSession(state: UserState, session: SessionRecord | undefined): UserState {
  const { session: _, ...rest } = state;
  return session === undefined ? rest : { ...rest, session };
}
