import type {
  MessageRecord,
  SeqRange,
  TurnRecord,
  UserState,
  UserTransaction,
} from '../../chat/store.js';
import { noState } from '../no-state.js';
import type { Run } from './engine.js';
import type { Statement } from './statement.js';
import type { Statements } from './statements.js';

/** One user's data inside a transaction of either engine. */
export class SqlTransaction implements UserTransaction {
  readonly #run: Run;
  readonly #statements: Statements;
  readonly #userId: string;
  readonly #writes: Promise<unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #over = false;

  constructor(run: Run, statements: Statements, userId: string) {
    this.#run = run;
    this.#statements = statements;
    this.#userId = userId;
  }

  /**
   * Takes no more calls and resolves when all were carried out. A failed one spoils the whole, also
   * when the work went on: PostgreSQL keeps it no other way.
   */
  async end(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#writes);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async state(): Promise<UserState> {
    const [state] = await this.#read(this.#statements.state, { userId: this.#userId });
    return state ?? noState;
  }

  saveState(state: UserState): void {
    this.#write(this.#statements.saveState, { ...state, userId: this.#userId });
    if (state.session !== undefined) this.#write(this.#statements.saveSession, state.session);
  }

  insertMessage(message: MessageRecord): void {
    this.#write(this.#statements.insertMessage, message);
  }

  async messageById(id: string): Promise<MessageRecord | undefined> {
    const [message] = await this.#read(this.#statements.messageById, { userId: this.#userId, id });
    return message;
  }

  async messageBySeq(seq: number): Promise<MessageRecord | undefined> {
    const args = { userId: this.#userId, seq };
    const [message] = await this.#read(this.#statements.messageBySeq, args);
    return message;
  }

  rateMessage(seq: number, satisfied: boolean): void {
    this.#write(this.#statements.rateMessage, { userId: this.#userId, seq, satisfied });
  }

  markDelivered({ from, to }: SeqRange): void {
    this.#write(this.#statements.markDelivered, { userId: this.#userId, from, to });
  }

  async turn(key: string): Promise<TurnRecord | undefined> {
    const [turn] = await this.#read(this.#statements.turn, { userId: this.#userId, key });
    return turn;
  }

  saveTurn(turn: TurnRecord): void {
    this.#write(this.#statements.saveTurn, turn);
  }

  readonly #read: Run = async (statement, args) => {
    this.#assertOpen();
    try {
      return await this.#run(statement, args);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  };

  #write<Args extends object>(statement: Statement<Args, unknown>, args: Args): void {
    this.#assertOpen();
    const written = this.#run(statement, args).catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#writes.push(written);
  }

  #assertOpen(): void {
    if (this.#over) {
      throw new Error('The transaction is over: its methods can no longer be called.');
    }
  }
}
