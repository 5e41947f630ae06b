import type {
  MessageRecord,
  SeqRange,
  SessionRecord,
  TurnRecord,
  UserState,
  UserTransaction,
  Wanted,
} from '../../chat/store.js';
import type { MemoryUser } from './memory-user.js';

/**
 * Keeps what a transaction writes beside the user's data until it is committed as a whole. Records are
 * never changed, only followed by newer ones, so they are kept as they came.
 */
export class MemoryTransaction implements UserTransaction {
  readonly state: UserState;
  readonly turn: TurnRecord | undefined;
  readonly message: MessageRecord | undefined;
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
  constructor(user: MemoryUser, takenIds: ReadonlyMap<string, unknown>, { turn, message }: Wanted) {
    this.#user = user;
    this.#takenIds = takenIds;
    this.state = user.state();
    this.turn = turn === undefined ? undefined : user.turns.get(turn);
    this.message = message === undefined ? undefined : user.messageById(message);
  }

  /** Carries out what was written, all of it or nothing. */
  commit(): void {
    this.#over = true;
    if (this.#failure !== undefined) throw this.#failure;
    for (const session of this.#sessions) this.#user.setSession(session);
    for (const message of this.#messages) this.#user.setMessage(message);
    for (const turn of this.#turns) this.#user.turns.set(turn.key, turn);
    if (this.#state !== undefined) this.#user.setState(this.#state);
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
    if (this.#takenIds.has(message.id) || this.#messages.some(({ id }) => id === message.id)) {
      this.#spoil(`There already is a message with the id "${message.id}".`);
    }
    this.#messages.push(message);
  }

  rateMessage(seq: number, satisfied: boolean): void {
    this.#assertOpen();
    const message = this.#message(seq);
    if (message !== undefined) this.#messages.push({ ...message, satisfied });
  }

  markDelivered(range: SeqRange): void {
    this.#assertOpen();
    // What was written by this transaction may be numbered beyond what is committed.
    const last = this.#user.messages.highest + this.#messages.length;
    for (let seq = Math.max(range.from, 1); seq <= Math.min(range.to, last); seq += 1) {
      const message = this.#message(seq);
      if (message?.delivered === false) this.#messages.push({ ...message, delivered: true });
    }
  }

  saveTurn(turn: TurnRecord): void {
    this.#assertOpen();
    this.#turns.push(turn);
  }

  #message(seq: number): MessageRecord | undefined {
    return this.#messages.findLast((one) => one.seq === seq) ?? this.#user.messages.get(seq);
  }

  #spoil(sentence: string): void {
    this.#failure ??= new Error(sentence);
  }

  #assertOpen(): void {
    if (this.#over) throw new Error('The transaction is over: nothing more can be written.');
  }
}
