import type {
  IdempotencyRecord,
  MessageRange,
  MessageRecord,
  SessionRecord,
  UserState,
} from '../../domain/ports/store.js';
import { initialUserState } from '../initial-user-state.js';

/** Records by number, readable in ranges. */
class NumberedRecords<T> {
  /** The index is the number; numbers have no gaps. */
  readonly #records: (T | undefined)[] = [undefined];

  get lastNumber(): number {
    return this.#records.length - 1;
  }

  get(number: number): T | undefined {
    return this.#records[number];
  }

  set(number: number, record: T): void {
    this.#records[number] = record;
  }

  range({ from, to }: MessageRange, limit = Number.POSITIVE_INFINITY): T[] {
    const found: T[] = [];
    const last = Math.min(to, this.lastNumber);
    for (let number = Math.max(from, 1); number <= last && found.length < limit; number += 1) {
      const record = this.#records[number];
      if (record !== undefined) found.push(record);
    }
    return found;
  }
}

/** The committed data of one user. */
export class MemoryUser {
  readonly messages = new NumberedRecords<MessageRecord>();
  readonly sessions = new NumberedRecords<SessionRecord>();
  readonly turns = new Map<string, IdempotencyRecord>();
  readonly #seqById = new Map<string, number>();
  readonly #ordinalById = new Map<string, number>();
  #state: UserState = initialUserState;

  state(): UserState {
    return this.#state;
  }

  /** The session of a state is always the user's newest one, whichever session was saved with it. */
  setState(state: UserState): void {
    this.#state = withSession(state, this.sessions.get(state.sessionCount));
  }

  messageById(id: string): MessageRecord | undefined {
    return this.messages.get(this.#seqById.get(id) ?? 0);
  }

  session(id: string): SessionRecord | undefined {
    const ordinal = this.#ordinalById.get(id);
    return ordinal === undefined ? undefined : this.sessions.get(ordinal);
  }

  setMessage(message: MessageRecord): void {
    const known = this.messages.get(message.seq) !== undefined;
    this.messages.set(message.seq, message);
    if (!known) this.#seqById.set(message.id, message.seq);
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
