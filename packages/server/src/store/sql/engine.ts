import type { Statement } from './statement.js';

/** Runs one statement and gives its decoded rows. */
export type Run = <Args extends object, Result>(
  statement: Statement<Args, Result>,
  args: Args,
) => Promise<Result[]>;

/** What the one SQL store asks of a database. */
export interface SqlEngine {
  /** Reads what is committed. */
  readonly read: Run;
  /** One statement that is a transaction of its own. */
  readonly write: Run;
  /** Whole or not at all, and never beside another transaction of the same user. */
  transaction<T>(userId: string, work: (run: Run) => Promise<T>): Promise<T>;
  /** Every read of `work` sees the database as it was at the first. */
  snapshot<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /** What the engine itself finds wrong with its files. */
  integrityProblems(): Promise<string[]>;
  close(): Promise<void>;
}
