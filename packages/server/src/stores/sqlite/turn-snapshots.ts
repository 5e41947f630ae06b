// Imported, not global: a test that fakes the global timers must not stop the database.
import { setImmediate } from 'node:timers';
import type { Statement } from '../sql/statement.js';
import type { SqliteConnection } from './sqlite-connection.js';

/**
 * Runs queries on a connection that only reads. In one turn of the event loop, queries can share a transaction: to lock
 * the file for each takes longer than a small query.
 */
export class TurnSnapshots {
  readonly #connection: SqliteConnection;
  #open = false;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Reads the state at the time of the first such read in this turn, or of a later commit of this process. */
  read<Args extends object, Result>(statement: Statement<Args, Result>, args: Args): Result[] {
    if (!this.#open) {
      this.#connection.command('BEGIN');
      this.#open = true;
      setImmediate(this.end);
    }
    return this.#connection.run(statement, args);
  }

  /** Ends the snapshot. */
  readonly end = (): void => {
    if (!this.#open) return;
    this.#open = false;
    // After an error of the disk, SQLite may have ended the transaction.
    if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
  };

  close(): void {
    this.end();
    this.#connection.close();
  }
}
