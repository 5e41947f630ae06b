import type { ReadOptions, TransactionReads, UserTransaction } from '../../domain/ports/store.js';
import type { BoundStatement, Statement } from './statement.js';

/** Runs one statement and returns its decoded rows. */
export type RunStatement = <Args extends object, Result>(
  statement: Statement<Args, Result>,
  args: Args,
) => Promise<Result[]>;

export type Write = BoundStatement;

/** What a transaction reads at its start. */
export type InitialReads = Pick<
  UserTransaction,
  'state' | 'idempotencyRecord' | 'message' | 'newestMessages' | 'tokenRevoked'
>;

/** A transaction of one user: one step between its reads and its writes. */
export interface UserWork<T> {
  readonly userId: string;
  readonly wanted: TransactionReads;
  /** May be called again after a conflict. What it throws rejects the transaction, which then writes nothing. */
  decide(reads: InitialReads): { readonly result: T; readonly writes: readonly Write[] };
}

/** What the SQL store needs from a database. */
export interface SqlEngine {
  /** Reads committed data. */
  read<Args extends object, Result>(
    statement: Statement<Args, Result>,
    args: Args,
    options?: ReadOptions,
  ): Promise<Result[]>;
  /** Runs one statement as a transaction. */
  readonly write: RunStatement;
  /** Atomic, and never concurrent with another transaction of the same user. The writes are executed in their order. */
  transaction<T>(work: UserWork<T>): Promise<T>;
  /** The same for statements that read nothing before. Resolves with the rows of the last one. */
  batch(userId: string, writes: readonly Write[]): Promise<unknown[]>;
  /** All reads of `work` see the same state of the database. */
  snapshot<T>(work: (run: RunStatement) => Promise<T>): Promise<T>;
  /** Throws when data that is written now would be lost. */
  assertUsable?(): void;
  /** Damage that the engine finds in its own files. */
  integrityProblems(): Promise<string[]>;
  close(): Promise<void>;
}
