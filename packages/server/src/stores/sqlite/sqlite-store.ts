import type { Store } from '../../domain/ports/store.js';
import {
  assertOptions,
  number,
  type OptionSchemas,
  option,
  optionsObject,
} from '../../options/assert-options.js';

/**
 * Options of {@link openSqliteStore}.
 *
 * @example
 * ```ts
 * import { openSqliteStore, type SqliteStoreOptions } from '@chat/server';
 *
 * // Another program that copies the file may lock it for some time.
 * const options: SqliteStoreOptions = { path: '/var/lib/chat/chat.db', busyTimeoutMs: 15_000 };
 * const store = await openSqliteStore(options);
 * ```
 */
export interface SqliteStoreOptions {
  /** The database file, created when it does not exist, or `:memory:`. */
  readonly path: string;
  /**
   * How long a transaction waits for another process that writes to the file, in milliseconds.
   * @default 5000
   */
  readonly busyTimeoutMs?: number;
}

const optionsSchema = optionsObject(
  {
    path: option<string>(
      'the file of the database, such as "./chat.db", or ":memory:"',
      (value) => typeof value === 'string' && value !== '',
    ),
    busyTimeoutMs: number(0),
  } satisfies OptionSchemas<SqliteStoreOptions>,
  ['path'],
);

/**
 * The store for a single machine: one SQLite file, which several processes may open. Stored data survives the end of the
 * process and a power cut.
 *
 * @throws {StoreOpenError} when the file is not a SQLite database, belongs to another program or a newer release, is
 * damaged, or cannot be opened
 * @throws TypeError when `path` is missing or another option is invalid
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
  assertOptions(optionsSchema, options);
  const { path, busyTimeoutMs = 5_000 } = options;
  // Imported here, so that a program with another store loads neither SQLite nor the SQL statements.
  const { connectSqlite } = await import('./connect-sqlite.js');
  return connectSqlite(path, busyTimeoutMs);
}
