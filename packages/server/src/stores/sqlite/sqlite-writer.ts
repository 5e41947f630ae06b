// Imported, not global: a test that fakes the global timers must not stop the database.
import { setImmediate } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { Statement } from '../sql/statement.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_BUSY, sqliteCode } from './sqlite-error.js';

/** Limits how long one commit blocks the event loop: a transaction takes about 0.1 ms. */
const maxGroupSize = 128;
const retryMs = 5;

type Run = <Args extends object, Result>(
  statement: Statement<Args, Result>,
  args: Args,
) => Result[];

/** Settles the caller's promise. Called after the commit. */
type Settle = () => void;

interface Task {
  run(): Settle;
  reject(error: unknown): void;
}

/**
 * The only connection that writes. SQLite has one writer at a time and a commit waits for the disk, so transactions of the
 * same event-loop turn share one commit, and none resolves before all are on the disk. A group is synchronous between BEGIN and
 * COMMIT: nothing else of this process sees an open transaction.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  readonly #busyTimeoutMs: number;
  readonly #assertUsable: () => void;
  #queue: Task[] = [];
  #working = false;
  #onIdle: (() => void) | undefined;
  #closed = false;
  /** Called after each commit, before its transactions resolve. */
  onCommit: () => void = () => {};

  /** @param assertUsable throws when data that is written now would be lost */
  constructor(connection: SqliteConnection, busyTimeoutMs: number, assertUsable = () => {}) {
    this.#connection = connection;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#assertUsable = assertUsable;
  }

  /**
   * @param work runs the statements, and returns a function that is called after the commit: the promise settles with what it
   * returns or throws. When a statement fails, also one of another transaction, `work` may be called again.
   */
  transaction<T>(work: (run: Run) => () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailableError('The store is closed.'));
    return new Promise((resolve, reject) => {
      const settleWith = (outcome: () => T) => {
        try {
          resolve(outcome());
        } catch (error) {
          reject(error);
        }
      };
      const run = () => {
        const outcome = work(this.#run);
        return () => settleWith(outcome);
      };
      this.#queue.push({ run, reject });
      this.#schedule();
    });
  }

  /** Finishes the queued transactions first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#working) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    try {
      // Closing does this too, but only after the prepared statements are garbage-collected.
      this.#connection.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The data is safe in the log: the next process that opens the file reads it.
    } finally {
      this.#connection.close();
    }
  }

  readonly #run: Run = (statement, args) => this.#connection.run(statement, args);

  #schedule(): void {
    if (this.#working) return;
    this.#working = true;
    setImmediate(() => void this.#runGroup());
  }

  async #runGroup(): Promise<void> {
    await this.#commitGroup(this.#queue.splice(0, maxGroupSize));
    this.#working = false;
    // Not at once: other work of the process runs between two groups.
    if (this.#queue.length > 0) this.#schedule();
    else this.#onIdle?.();
  }

  async #commitGroup(group: readonly Task[]): Promise<void> {
    let settlements: readonly Settle[] | undefined;
    try {
      this.#assertUsable();
      await this.#beginTransaction();
      settlements = this.#runTogether(group);
      if (settlements === undefined) {
        await this.#beginTransaction();
        settlements = group.map((task) => this.#runInSavepoint(task));
      }
      this.#connection.command('COMMIT');
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
      const explained = explainSqliteError(error);
      for (const task of group) task.reject(explained);
      return;
    }
    this.onCommit();
    for (const settle of settlements) settle();
  }

  /** Waits for other processes without blocking this one; SQLite's own busy timeout would block it. */
  async #beginTransaction(): Promise<void> {
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (;;) {
      try {
        this.#connection.command('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (sqliteCode(error) !== SQLITE_BUSY || performance.now() >= deadline) throw error;
      }
      await delay(retryMs);
    }
  }

  /** Savepoints would take a tenth of the time. Undefined when a transaction failed, and all of them are rolled back. */
  #runTogether(group: readonly Task[]): Settle[] | undefined {
    try {
      return group.map((task) => task.run());
    } catch (error) {
      this.#assertInTransaction(error);
      this.#connection.command('ROLLBACK');
      return undefined;
    }
  }

  /** Rolls back a transaction that fails without affecting the others. */
  #runInSavepoint(task: Task): Settle {
    this.#connection.command('SAVEPOINT attempt');
    try {
      const settle = task.run();
      this.#connection.command('RELEASE attempt');
      return settle;
    } catch (error) {
      this.#assertInTransaction(error);
      this.#connection.command('ROLLBACK TO attempt');
      this.#connection.command('RELEASE attempt');
      return () => task.reject(explainSqliteError(error));
    }
  }

  /** On a full or failing disk SQLite may have rolled back the whole group. */
  #assertInTransaction(error: unknown): void {
    if (!this.#connection.inTransaction) throw error;
  }
}
