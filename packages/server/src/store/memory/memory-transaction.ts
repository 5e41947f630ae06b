import type {
  MessageRecord,
  SeqRange,
  SessionRecord,
  TurnRecord,
  UserState,
  UserTransaction,
} from '../../chat/store.js';
import { type MemoryUser, withSession } from './memory-user.js';

/** Keeps what a transaction writes beside the user's data until it is committed as a whole. */
export class MemoryTransaction implements UserTransaction {
  readonly #user: MemoryUser;
  readonly #messageIds: Set<string>;
  readonly #messages = new Map<number, MessageRecord>();
  readonly #sessions = new Map<number, SessionRecord>();
  readonly #turns = new Map<string, TurnRecord>();
  #state: UserState | undefined;
  #failure: Error | undefined;
  #over = false;

  constructor(user: MemoryUser, messageIds: Set<string>) {
    this.#user = user;
    this.#messageIds = messageIds;
  }

  commit(): void {
    if (this.#failure !== undefined) throw this.#failure;
    for (const session of this.#sessions.values()) this.#user.setSession(session);
    for (const message of this.#messages.values()) {
      this.#user.setMessage(message);
      this.#messageIds.add(message.id);
    }
    for (const turn of this.#turns.values()) this.#user.turns.set(turn.key, turn);
    if (this.#state !== undefined) this.#user.setState(this.#state);
  }

  end(): void {
    this.#over = true;
  }

  async state(): Promise<UserState> {
    this.#assertOpen();
    if (this.#state === undefined) return this.#user.state();
    const { sessionCount } = this.#state;
    return withSession(
      this.#state,
      this.#sessions.get(sessionCount) ?? this.#user.sessions.get(sessionCount),
    );
  }

  async saveState(state: UserState): Promise<void> {
    this.#assertOpen();
    this.#state = { ...state };
    if (state.session !== undefined) {
      this.#sessions.set(state.session.ordinal, { ...state.session });
    }
  }

  async insertMessage(message: MessageRecord): Promise<void> {
    this.#assertOpen();
    if (this.#message(message.seq) !== undefined) {
      throw this.#spoil(`The user already has a message number ${message.seq}.`);
    }
    if (this.#messageIds.has(message.id) || this.#stagedById(message.id) !== undefined) {
      throw this.#spoil(`There already is a message with the id "${message.id}".`);
    }
    this.#messages.set(message.seq, { ...message });
  }

  async messageById(id: string): Promise<MessageRecord | undefined> {
    this.#assertOpen();
    const committed = this.#user.messageById(id);
    return committed === undefined ? this.#stagedById(id) : this.#message(committed.seq);
  }

  async messageBySeq(seq: number): Promise<MessageRecord | undefined> {
    this.#assertOpen();
    return this.#message(seq);
  }

  async rateMessage(seq: number, satisfied: boolean): Promise<void> {
    this.#assertOpen();
    const message = this.#message(seq);
    if (message !== undefined) this.#messages.set(seq, { ...message, satisfied });
  }

  async markDelivered(range: SeqRange): Promise<void> {
    this.#assertOpen();
    const inRange = [...this.#messages.keys()].filter(
      (seq) => seq >= range.from && seq <= range.to,
    );
    const seqs = new Set([...this.#user.messages.range(range).map(({ seq }) => seq), ...inRange]);
    for (const seq of seqs) {
      const message = this.#message(seq);
      if (message?.delivered === false) this.#messages.set(seq, { ...message, delivered: true });
    }
  }

  async turn(key: string): Promise<TurnRecord | undefined> {
    this.#assertOpen();
    return this.#turns.get(key) ?? this.#user.turns.get(key);
  }

  async saveTurn(turn: TurnRecord): Promise<void> {
    this.#assertOpen();
    this.#turns.set(turn.key, { ...turn });
  }

  #message(seq: number): MessageRecord | undefined {
    return this.#messages.get(seq) ?? this.#user.messages.get(seq);
  }

  #stagedById(id: string): MessageRecord | undefined {
    return [...this.#messages.values()].find((message) => message.id === id);
  }

  /** A failed call spoils the whole, also when the work goes on: the SQL stores keep it no other way. */
  #spoil(sentence: string): Error {
    this.#failure ??= new Error(sentence);
    return this.#failure;
  }

  #assertOpen(): void {
    if (this.#over)
      throw new Error('The transaction is over: its methods can no longer be called.');
  }
}
