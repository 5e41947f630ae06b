// Imported, not global: a test that fakes the global timers must not stop the database.
import { setImmediate } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { RunStatement } from '../sql/engine.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_BUSY, sqliteCode } from './sqlite-error.js';

/** Limits how long one commit blocks the event loop: a transaction takes about 0.1 ms. */
const maxGroupSize = 128;
const retryMs = 5;

interface Task {
  /** Returns a function that settles the caller's promise after the commit. */
  work(): Promise<() => void>;
  reject(error: unknown): void;
}

/**
 * The only connection that writes. SQLite has one writer at a time and a commit waits for the disk, so transactions of the
 * same event-loop turn share one commit: each has its own savepoint, and none resolves before all are on the disk.
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

  transaction<T>(work: (run: RunStatement) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailableError('The store is closed.'));
    return new Promise((resolve, reject) => {
      this.#queue.push({
        work: async () => {
          const value = await work(this.#run);
          return () => resolve(value);
        },
        reject,
      });
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

  readonly #run: RunStatement = async (statement, args) => this.#connection.run(statement, args);

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
    const settlements: (() => void)[] = [];
    try {
      this.#assertUsable();
      await this.#beginTransaction();
      for (const task of group) settlements.push(await this.#runInSavepoint(task));
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

  async #runInSavepoint(task: Task): Promise<() => void> {
    this.#connection.command('SAVEPOINT attempt');
    try {
      const settle = await task.work();
      this.#connection.command('RELEASE attempt');
      return settle;
    } catch (error) {
      // On a full or failing disk SQLite may have rolled back the whole group.
      if (!this.#connection.inTransaction) throw error;
      this.#connection.command('ROLLBACK TO attempt');
      this.#connection.command('RELEASE attempt');
      return () => task.reject(explainSqliteError(error));
    }
  }
}
