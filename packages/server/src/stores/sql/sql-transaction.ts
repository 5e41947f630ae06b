import type {
  IdempotencyRecord,
  MessageRange,
  MessageRecord,
  UserState,
  UserTransaction,
} from '../../domain/ports/store.js';
import type { InitialReads, Write } from './engine.js';
import { type Statement, withArgs } from './statement.js';
import type { Statements } from './statements.js';

/** One user's data inside a transaction. */
export class SqlTransaction implements UserTransaction {
  readonly state: UserState;
  readonly idempotencyRecord: IdempotencyRecord | undefined;
  readonly message: MessageRecord | undefined;
  readonly newestMessages: readonly MessageRecord[];
  readonly tokenRevoked: boolean;
  readonly #userId: string;
  readonly #statements: Statements;
  readonly #writes: Write[] = [];
  #closed = false;

  constructor(
    userId: string,
    statements: Statements,
    { state, idempotencyRecord, message, newestMessages, tokenRevoked }: InitialReads,
  ) {
    this.#userId = userId;
    this.#statements = statements;
    this.state = state;
    this.idempotencyRecord = idempotencyRecord;
    this.message = message;
    this.newestMessages = newestMessages;
    this.tokenRevoked = tokenRevoked;
  }

  /** Ends the transaction and returns its writes. */
  end(): readonly Write[] {
    this.#closed = true;
    return this.#writes;
  }

  saveState(state: UserState): void {
    this.#queueWrite(this.#statements.saveState, { ...state, userId: this.#userId });
    if (state.session !== undefined) this.#queueWrite(this.#statements.saveSession, state.session);
  }

  insertMessage(message: MessageRecord): void {
    this.#queueWrite(this.#statements.insertMessage, message);
  }

  rateMessage(seq: number, satisfied: boolean): void {
    this.#queueWrite(this.#statements.rateMessage, { userId: this.#userId, seq, satisfied });
  }

  markDelivered({ from, to }: MessageRange): void {
    this.#queueWrite(this.#statements.markDelivered, { userId: this.#userId, from, to });
  }

  saveIdempotencyRecord(turn: IdempotencyRecord): void {
    this.#queueWrite(this.#statements.saveTurn, turn);
  }

  #queueWrite<Args extends object>(statement: Statement<Args, unknown>, args: Args): void {
    if (this.#closed) throw new Error('The transaction has ended: it accepts no more writes.');
    this.#writes.push(withArgs(statement, args));
  }
}
