// Taken from their modules: a test that fakes the global timers must not stop the database.
import { setImmediate } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import type { Run } from '../sql/engine.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_BUSY, sqliteCode } from './sqlite-error.js';

/** Bounds how long one commit keeps the event loop: a transaction takes about a tenth of a millisecond. */
const largestGroup = 128;
const retryMs = 5;

interface Task {
  /** Gives how to tell the caller, which must wait for the commit. */
  work(): Promise<() => void>;
  reject(error: unknown): void;
}

/**
 * The one connection that writes. SQLite has one writer at a time and its commit waits for the disk,
 * so transactions that were asked for in one turn of the event loop share a commit: each has a
 * savepoint of its own, and none is told that it is done before all are on the disk.
 */
export class SqliteWriter {
  readonly #connection: SqliteConnection;
  readonly #busyTimeoutMs: number;
  #waiting: Task[] = [];
  #working = false;
  #closing: (() => void) | undefined;
  #closed = false;

  constructor(connection: SqliteConnection, busyTimeoutMs: number) {
    this.#connection = connection;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailableError('The store is closed.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        work: async () => {
          const value = await work(this.#run);
          return () => resolve(value);
        },
        reject,
      });
      this.#schedule();
    });
  }

  /** Lets what was asked for finish. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#working) {
      await new Promise<void>((resolve) => {
        this.#closing = resolve;
      });
    }
    try {
      // Closing does it too, but not before the garbage collector has taken the prepared statements.
      this.#connection.rows('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What is in the log is safe there: whoever opens the file next finds it.
    } finally {
      this.#connection.close();
    }
  }

  readonly #run: Run = async (statement, args) => this.#connection.run(statement, args);

  #schedule(): void {
    if (this.#working) return;
    this.#working = true;
    setImmediate(() => void this.#next());
  }

  async #next(): Promise<void> {
    await this.#commitTogether(this.#waiting.splice(0, largestGroup));
    this.#working = false;
    // Not at once: between two groups the rest of the process gets its turn.
    if (this.#waiting.length > 0) this.#schedule();
    else this.#closing?.();
  }

  async #commitTogether(group: readonly Task[]): Promise<void> {
    const outcomes: (() => void)[] = [];
    try {
      await this.#begin();
      for (const task of group) outcomes.push(await this.#attempt(task));
      this.#connection.command('COMMIT');
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
      const explained = explainSqliteError(error);
      for (const task of group) task.reject(explained);
      return;
    }
    for (const tell of outcomes) tell();
  }

  /** Waits for other processes without holding up this one, as SQLite's own waiting would. */
  async #begin(): Promise<void> {
    const giveUpAt = performance.now() + this.#busyTimeoutMs;
    for (;;) {
      try {
        this.#connection.command('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (sqliteCode(error) !== SQLITE_BUSY || performance.now() >= giveUpAt) throw error;
      }
      await delay(retryMs);
    }
  }

  async #attempt(task: Task): Promise<() => void> {
    this.#connection.command('SAVEPOINT attempt');
    try {
      const tell = await task.work();
      this.#connection.command('RELEASE attempt');
      return tell;
    } catch (error) {
      // A full or failing disk can make SQLite give up the whole group by itself.
      if (!this.#connection.inTransaction) throw error;
      this.#connection.command('ROLLBACK TO attempt');
      this.#connection.command('RELEASE attempt');
      return () => task.reject(explainSqliteError(error));
    }
  }
}
