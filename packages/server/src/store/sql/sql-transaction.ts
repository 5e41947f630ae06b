import type {
  MessageRecord,
  SeqRange,
  TurnRecord,
  UserState,
  UserTransaction,
  Wanted,
} from '../../chat/store.js';
import { noState } from '../no-state.js';
import type { Run } from './engine.js';
import type { Statement } from './statement.js';
import type { Statements } from './statements.js';

/** What a transaction found. */
type Found = Pick<UserTransaction, 'state' | 'turn' | 'message'>;

/** One user's data inside a transaction of either engine. */
export class SqlTransaction implements UserTransaction {
  readonly state: UserState;
  readonly turn: TurnRecord | undefined;
  readonly message: MessageRecord | undefined;
  readonly #userId: string;
  readonly #statements: Statements;
  readonly #writes: ((run: Run) => Promise<unknown>)[] = [];
  #over = false;

  private constructor(userId: string, statements: Statements, { state, turn, message }: Found) {
    this.#userId = userId;
    this.#statements = statements;
    this.state = state;
    this.turn = turn;
    this.message = message;
  }

  /** Reads what the work is to know. */
  static async begin(
    run: Run,
    statements: Statements,
    userId: string,
    { turn: key, message: id }: Wanted,
  ): Promise<SqlTransaction> {
    const [state = noState] = await run(statements.state, { userId });
    const [turn] = key === undefined ? [] : await run(statements.turn, { userId, key });
    const [message] = id === undefined ? [] : await run(statements.messageById, { userId, id });
    return new SqlTransaction(userId, statements, { state, turn, message });
  }

  /** Carries out what the work wrote, up to the first that fails. */
  async write(run: Run): Promise<void> {
    this.#over = true;
    for (const write of this.#writes) await write(run);
  }

  saveState(state: UserState): void {
    this.#add(this.#statements.saveState, { ...state, userId: this.#userId });
    if (state.session !== undefined) this.#add(this.#statements.saveSession, state.session);
  }

  insertMessage(message: MessageRecord): void {
    this.#add(this.#statements.insertMessage, message);
  }

  rateMessage(seq: number, satisfied: boolean): void {
    this.#add(this.#statements.rateMessage, { userId: this.#userId, seq, satisfied });
  }

  markDelivered({ from, to }: SeqRange): void {
    this.#add(this.#statements.markDelivered, { userId: this.#userId, from, to });
  }

  saveTurn(turn: TurnRecord): void {
    this.#add(this.#statements.saveTurn, turn);
  }

  #add<Args extends object>(statement: Statement<Args, unknown>, args: Args): void {
    if (this.#over) throw new Error('The transaction is over: nothing more can be written.');
    this.#writes.push((run) => run(statement, args));
  }
}
