import type {
  MessageRecord,
  SeqRange,
  TurnRecord,
  UserState,
  UserTransaction,
} from '../../chat/store.js';
import { noState } from '../no-state.js';
import type { Run } from './engine.js';
import type { Statements } from './statements.js';

/** One user's data inside a transaction of either engine. */
export class SqlTransaction implements UserTransaction {
  readonly #run: Run;
  readonly #statements: Statements;
  readonly #userId: string;
  readonly #inserted: MessageRecord[];
  #failure: { readonly error: unknown } | undefined;
  #over = false;

  /** `inserted` takes the messages that are there when the transaction is committed. */
  constructor(run: Run, statements: Statements, userId: string, inserted: MessageRecord[]) {
    this.#run = async (statement, args) => {
      if (this.#over) {
        throw new Error('The transaction is over: its methods can no longer be called.');
      }
      try {
        return await run(statement, args);
      } catch (error) {
        this.#failure ??= { error };
        throw error;
      }
    };
    this.#statements = statements;
    this.#userId = userId;
    this.#inserted = inserted;
  }

  /** A failed call spoils the whole, also when the work went on: PostgreSQL keeps it no other way. */
  assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  end(): void {
    this.#over = true;
  }

  async state(): Promise<UserState> {
    const [state] = await this.#run(this.#statements.state, { userId: this.#userId });
    return state ?? noState;
  }

  async saveState(state: UserState): Promise<void> {
    await this.#run(this.#statements.saveState, { ...state, userId: this.#userId });
    if (state.session !== undefined) await this.#run(this.#statements.saveSession, state.session);
  }

  async insertMessage(message: MessageRecord): Promise<void> {
    await this.#run(this.#statements.insertMessage, message);
    this.#inserted.push(message);
  }

  async messageById(id: string): Promise<MessageRecord | undefined> {
    const [message] = await this.#run(this.#statements.messageById, { userId: this.#userId, id });
    return message;
  }

  async messageBySeq(seq: number): Promise<MessageRecord | undefined> {
    const [message] = await this.#run(this.#statements.messageBySeq, { userId: this.#userId, seq });
    return message;
  }

  async rateMessage(seq: number, satisfied: boolean): Promise<void> {
    await this.#run(this.#statements.rateMessage, { userId: this.#userId, seq, satisfied });
  }

  async markDelivered({ from, to }: SeqRange): Promise<void> {
    await this.#run(this.#statements.markDelivered, { userId: this.#userId, from, to });
  }

  async turn(key: string): Promise<TurnRecord | undefined> {
    const [turn] = await this.#run(this.#statements.turn, { userId: this.#userId, key });
    return turn;
  }

  async saveTurn(turn: TurnRecord): Promise<void> {
    await this.#run(this.#statements.saveTurn, turn);
  }
}
