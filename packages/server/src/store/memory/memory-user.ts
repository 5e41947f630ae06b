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
  /** Each at the place of its number; numbers have no gaps. */
  readonly #records: (T | undefined)[] = [undefined];

  get highest(): number {
    return this.#records.length - 1;
  }

  get(number: number): T | undefined {
    return this.#records[number];
  }

  set(number: number, record: T): void {
    this.#records[number] = record;
  }

  range({ from, to }: SeqRange, limit = Number.POSITIVE_INFINITY): T[] {
    const found: T[] = [];
    const last = Math.min(to, this.highest);
    for (let number = Math.max(from, 1); number <= last && found.length < limit; number += 1) {
      const record = this.#records[number];
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
  readonly #seqById: Map<string, number>;
  readonly #ordinalById = new Map<string, number>();
  readonly #seqsBySession = new Map<string, Numbered<number>>();
  #state: UserState = noState;

  /** @param seqById the numbers of all users' messages: an id belongs to one message of them all */
  constructor(seqById: Map<string, number>) {
    this.#seqById = seqById;
  }

  state(): UserState {
    return this.#state;
  }

  /** The session of a state is the user's newest, whatever was saved with it. */
  setState(state: UserState): void {
    this.#state = withSession(state, this.sessions.get(state.sessionCount));
  }

  messageById(id: string): MessageRecord | undefined {
    const message = this.messages.get(this.#seqById.get(id) ?? 0);
    return message?.id === id ? message : undefined;
  }

  session(id: string): SessionRecord | undefined {
    const ordinal = this.#ordinalById.get(id);
    return ordinal === undefined ? undefined : this.sessions.get(ordinal);
  }

  sessionMessages(sessionId: string, range: SeqRange): MessageRecord[] {
    const seqs = this.#seqsBySession.get(sessionId)?.range(range) ?? [];
    return seqs.map((seq) => this.messages.get(seq)).filter((message) => message !== undefined);
  }

  setMessage(message: MessageRecord): void {
    const known = this.messages.get(message.seq) !== undefined;
    this.messages.set(message.seq, message);
    if (known) return;
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

function withSession(state: UserState, session: SessionRecord | undefined): UserState {
  if (state.session === session) return state;
  const { session: _, ...rest } = state;
  return session === undefined ? rest : { ...rest, session };
}
