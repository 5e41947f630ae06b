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

  saveState(state: UserState): void {
    this.#assertOpen();
    this.#state = state;
    if (state.session !== undefined) this.#sessions.push(state.session);
  }

  insertMessage(message: MessageRecord): void {
    this.#assertOpen();
    if (this.#message(message.seq) !== undefined) {
      this.#spoil(`The user already has a message number ${message.seq}.`);
    }
    if (this.#takenIds.has(message.id) || this.#stagedById(message.id) !== undefined) {
      this.#spoil(`There already is a message with the id "${message.id}".`);
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

  rateMessage(seq: number, satisfied: boolean): void {
    this.#assertOpen();
    const message = this.#message(seq);
    if (message !== undefined) this.#messages.push({ ...message, satisfied });
  }

  markDelivered(range: SeqRange): void {
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

  saveTurn(turn: TurnRecord): void {
    this.#assertOpen();
    this.#turns.push(turn);
  }

  #message(seq: number): MessageRecord | undefined {
    return this.#messages.findLast((one) => one.seq === seq) ?? this.#user.messages.get(seq);
  }

  #stagedById(id: string): MessageRecord | undefined {
    return this.#messages.findLast((message) => message.id === id);
  }

  #spoil(sentence: string): void {
    this.#failure ??= new Error(sentence);
  }

  #assertOpen(): void {
    if (this.#over)
      throw new Error('The transaction is over: its methods can no longer be called.');
  }
}
