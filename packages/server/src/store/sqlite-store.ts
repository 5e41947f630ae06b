import type { Store } from '../chat/store.js';
import { between, type Checks, checkEach, demand } from '../options/demand.js';
import { SqlStore } from './sql/sql-store.js';
import { prepareStatements } from './sql/statements.js';
import { openForWriting } from './sqlite/open-sqlite.js';
import { SqliteConnection } from './sqlite/sqlite-connection.js';
import { sqliteDialect } from './sqlite/sqlite-dialect.js';
import { createSqliteEngine } from './sqlite/sqlite-engine.js';
import { SqliteWriter } from './sqlite/sqlite-writer.js';

/**
 * Options of {@link openSqliteStore}.
 *
 * @example
 * ```ts
 * import { openSqliteStore, type SqliteStoreOptions } from '@chat/server';
 *
 * // A backup that is copied by another program may hold the file for a while.
 * const options: SqliteStoreOptions = { path: '/var/lib/chat/chat.db', busyTimeoutMs: 15_000 };
 * const store = await openSqliteStore(options);
 * ```
 */
export interface SqliteStoreOptions {
  /** The database's file, made when there is none, or `:memory:`. */
  readonly path: string;
  /**
   * How long a transaction waits for another process that writes to the file, in milliseconds.
   * @default 5000
   */
  readonly busyTimeoutMs?: number;
}

const checks: Checks<SqliteStoreOptions> = {
  path: checkPath,
  busyTimeoutMs: between(0),
};

function checkPath(value: unknown, name: string): void {
  const sound = typeof value === 'string' && value !== '';
  demand(sound, name, 'the file of the database, such as "./chat.db", or ":memory:"');
}

/**
 * The store for a single machine: one SQLite file, which several processes may open. What it says is
 * stored survives the end of the process and a power cut.
 *
 * @throws {StoreOpenError} when the file is of another kind, of another program, of a newer release,
 * damaged, or out of reach
 * @throws TypeError when `path` is missing or another option cannot be meant
 * @example
 * ```ts
 * import { createChatServer, openSqliteStore } from '@chat/server';
 *
 * const store = await openSqliteStore({ path: './chat.db' });
 * const app = await createChatServer({ store });
 * app.addHook('onClose', () => store.close());
 * ```
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  checkEach(options, checks);
  checkPath(options.path, 'path');
  const { path, busyTimeoutMs = 5_000 } = options;
  const openReader = () => new SqliteConnection(path, { readOnly: true, busyTimeoutMs });
  const writer = new SqliteWriter(await openForWriting(path, busyTimeoutMs), busyTimeoutMs);
  const reader = path === ':memory:' ? undefined : openReader();
  return new SqlStore(
    createSqliteEngine({ writer, reader, openReader }),
    prepareStatements(sqliteDialect.db),
  );
}
