import type {
  MessageRecord,
  SeqRange,
  SessionRecord,
  TurnRecord,
  UserState,
  UserTransaction,
} from '../../chat/store.js';
import { type MemoryUser, withSession } from './memory-user.js';

/**
 * Keeps what a transaction writes beside the user's data until it is committed as a whole. Records are
 * never changed, only followed by newer ones, so they are kept as they came.
 */
export class MemoryTransaction implements UserTransaction {
  readonly #user: MemoryUser;
  readonly #takenIds: ReadonlyMap<string, unknown>;
  // A transaction writes a record or two: looking through them is cheaper than a map.
  readonly #messages: MessageRecord[] = [];
  readonly #sessions: SessionRecord[] = [];
  readonly #turns: TurnRecord[] = [];
  #state: UserState | undefined;
  #failure: Error | undefined;
  #over = false;

  /** @param takenIds the ids of all users' messages */
  constructor(user: MemoryUser, takenIds: ReadonlyMap<string, unknown>) {
    this.#user = user;
    this.#takenIds = takenIds;
  }

  commit(): void {
    if (this.#failure !== undefined) throw this.#failure;
    for (const session of this.#sessions) this.#user.setSession(session);
    for (const message of this.#messages) this.#user.setMessage(message);
    for (const turn of this.#turns) this.#user.turns.set(turn.key, turn);
    if (this.#state !== undefined) this.#user.setState(this.#state);
  }

  end(): void {
    this.#over = true;
  }

  async state(): Promise<UserState> {
    this.#assertOpen();
    if (this.#state === undefined) return this.#user.state();
    const { sessionCount } = this.#state;
    const staged = this.#sessions.findLast(({ ordinal }) => ordinal === sessionCount);
    return withSession(this.#state, staged ?? this.#user.sessions.get(sessionCount));
  }

  async saveState(state: UserState): Promise<void> {
    this.#assertOpen();
    this.#state = state;
    if (state.session !== undefined) this.#sessions.push(state.session);
  }

  async insertMessage(message: MessageRecord): Promise<void> {
    this.#assertOpen();
    if (this.#message(message.seq) !== undefined) {
      throw this.#spoil(`The user already has a message number ${message.seq}.`);
    }
    if (this.#takenIds.has(message.id) || this.#stagedById(message.id) !== undefined) {
      throw this.#spoil(`There already is a message with the id "${message.id}".`);
    }
    this.#messages.push(message);
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
    if (message !== undefined) this.#messages.push({ ...message, satisfied });
  }

  async markDelivered(range: SeqRange): Promise<void> {
    this.#assertOpen();
    const last = Math.max(this.#user.messages.highest, ...this.#messages.map(({ seq }) => seq));
    for (let seq = Math.max(range.from, 1); seq <= Math.min(range.to, last); seq += 1) {
      const message = this.#message(seq);
      if (message?.delivered === false) this.#messages.push({ ...message, delivered: true });
    }
  }

  async turn(key: string): Promise<TurnRecord | undefined> {
    this.#assertOpen();
    return this.#turns.findLast((turn) => turn.key === key) ?? this.#user.turns.get(key);
  }

  async saveTurn(turn: TurnRecord): Promise<void> {
    this.#assertOpen();
    this.#turns.push(turn);
  }

  #message(seq: number): MessageRecord | undefined {
    return this.#messages.findLast((one) => one.seq === seq) ?? this.#user.messages.get(seq);
  }

  #stagedById(id: string): MessageRecord | undefined {
    return this.#messages.findLast((message) => message.id === id);
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
