import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from '@photostructure/sqlite';
import type { Statement } from '../sql/statement.js';
import { sqliteLocation } from './sqlite-location.js';

/** One connection and its prepared statements. */
export class SqliteConnection {
  readonly #database: DatabaseSyncInstance;
  readonly #prepared = new Map<string, StatementSyncInstance>();

  constructor(path: string, options: { readOnly: boolean; busyTimeoutMs: number }) {
    this.#database = new DatabaseSync(sqliteLocation(path), {
      readOnly: options.readOnly,
      timeout: options.busyTimeoutMs,
    });
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  run<Args extends object, Result>(statement: Statement<Args, Result>, args: Args): Result[] {
    const prepared = this.#prepare(statement.sql);
    const { decode } = statement;
    if (decode === undefined) {
      prepared.run(...statement.bind(args));
      return [];
    }
    return prepared.all(...statement.bind(args)).map((row) => decode(row, args));
  }

  /** Runs a statement without arguments and rows. */
  command(sql: string): void {
    this.#prepare(sql).run();
  }

  /** Rows of a query without arguments; none of a statement such as a pragma or `create table`. */
  rows(sql: string): readonly (readonly unknown[])[] {
    return this.#prepare(sql).all();
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSyncInstance {
    const cached = this.#prepared.get(sql);
    if (cached !== undefined) return cached;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
