import type {
  IdempotencyRecord,
  MessageRange,
  MessageRecord,
  SessionRecord,
  TransactionReads,
  UserState,
  UserTransaction,
} from '../../domain/ports/store.js';
import type { MemoryUser } from './memory-user.js';

/**
 * Holds the writes of a transaction apart from the user's data until the commit applies all of them. Records are never
 * changed, only replaced by newer ones, so they need no copies.
 */
export class MemoryTransaction implements UserTransaction {
  readonly state: UserState;
  readonly idempotencyRecord: IdempotencyRecord | undefined;
  readonly message: MessageRecord | undefined;
  readonly newestMessages: readonly MessageRecord[];
  readonly tokenRevoked: boolean;
  readonly #user: MemoryUser;
  // A transaction writes one or two records: searching a list is cheaper than a map.
  readonly #messages: MessageRecord[] = [];
  readonly #sessions: SessionRecord[] = [];
  readonly #turns: IdempotencyRecord[] = [];
  #state: UserState | undefined;
  #failure: Error | undefined;
  #closed = false;

  constructor(
    user: MemoryUser,
    { idempotencyKey, messageId, newestMessages = 0 }: TransactionReads,
    tokenRevoked: boolean,
  ) {
    this.#user = user;
    this.tokenRevoked = tokenRevoked;
    this.state = user.state();
    this.idempotencyRecord =
      idempotencyKey === undefined ? undefined : user.turns.get(idempotencyKey);
    this.message = messageId === undefined ? undefined : user.messageById(messageId);
    const { session } = this.state;
    this.newestMessages =
      session === undefined
        ? []
        : user.messages.range({
            from: Math.max(session.firstSeq, this.state.lastSeq - newestMessages + 1),
            to: this.state.lastSeq,
          });
  }

  /** Applies all writes, or none. */
  commit(): void {
    this.#closed = true;
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
      this.#fail(`The user already has a message number ${message.seq}.`);
    }
    if (
      this.#user.messageById(message.id) !== undefined ||
      this.#messages.some(({ id }) => id === message.id)
    ) {
      this.#fail(`A message with the id "${message.id}" already exists.`);
    }
    this.#messages.push(message);
  }

  rateMessage(seq: number, satisfied: boolean): void {
    this.#assertOpen();
    const message = this.#message(seq);
    if (message !== undefined) this.#messages.push({ ...message, satisfied });
  }

  markDelivered(range: MessageRange): void {
    this.#assertOpen();
    // Messages of this transaction may have higher numbers than the committed ones.
    const last = this.#user.messages.lastNumber + this.#messages.length;
    for (let seq = Math.max(range.from, 1); seq <= Math.min(range.to, last); seq += 1) {
      const message = this.#message(seq);
      if (message?.delivered === false) this.#messages.push({ ...message, delivered: true });
    }
  }

  saveIdempotencyRecord(turn: IdempotencyRecord): void {
    this.#assertOpen();
    this.#turns.push(turn);
  }

  #message(seq: number): MessageRecord | undefined {
    return this.#messages.findLast((one) => one.seq === seq) ?? this.#user.messages.get(seq);
  }

  #fail(message: string): void {
    this.#failure ??= new Error(message);
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The transaction has ended: it accepts no more writes.');
  }
}
