import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from '@photostructure/sqlite';
import type { Statement } from '../sql/statement.js';

export interface OneQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** One connection and the statements that were prepared on it. */
export class SqliteConnection {
  readonly #database: DatabaseSyncInstance;
  readonly #prepared = new Map<string, StatementSyncInstance>();

  constructor(path: string, options: { readOnly: boolean; busyTimeoutMs: number }) {
    this.#database = new DatabaseSync(path, {
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

  /** Runs a query that is needed once. */
  execute({ sql, parameters }: OneQuery): readonly (readonly unknown[])[] {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement.all(...parameters);
  }

  /** Runs a statement that takes and gives nothing. */
  command(sql: string): void {
    this.#prepare(sql).run();
  }

  /** What a pragma or another query without arguments gives. */
  rows(sql: string): readonly (readonly unknown[])[] {
    return this.#prepare(sql).all();
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSyncInstance {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
