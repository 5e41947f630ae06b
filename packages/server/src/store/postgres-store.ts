import type { Store } from '../chat/store.js';
import { openPool } from './postgres/open-postgres.js';
import { postgresDialect } from './postgres/postgres-dialect.js';
import { createPostgresEngine } from './postgres/postgres-engine.js';
import { SqlStore } from './sql/sql-store.js';
import { prepareStatements } from './sql/statements.js';

/**
 * Options of {@link openPostgresStore}.
 *
 * @example
 * ```ts
 * import { openPostgresStore, type PostgresStoreOptions } from '@chat/server';
 *
 * const options: PostgresStoreOptions = {
 *   url: 'postgres://chat@db.example.com/chat?sslmode=verify-full',
 *   connections: 20,
 * };
 * const store = await openPostgresStore(options);
 * ```
 */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/name`, with node-postgres's parameters after a `?`. */
  readonly url: string;
  /**
   * How many connections this process opens at most.
   * @default 10
   */
  readonly connections?: number;
  /**
   * How long one query may take, in milliseconds; a call that waits longer is rejected. A connection
   * is waited for no longer than that, and never longer than five seconds.
   * @default 10000
   */
  readonly timeoutMs?: number;
}

/**
 * The store for several instances that serve one population. A call while the database is away is
 * rejected with a `StoreUnavailableError`; the next one after it is back succeeds.
 *
 * @throws {StoreOpenError} when the database is out of reach, refuses the user, is of another program
 * or of a newer release, or keeps its text in another encoding than UTF-8
 * @example
 * ```ts
 * import { createChatServer, openPostgresStore } from '@chat/server';
 *
 * const store = await openPostgresStore({ url: 'postgres://chat@127.0.0.1/chat' });
 * const app = await createChatServer({ store });
 * app.addHook('onClose', () => store.close());
 * ```
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, connections = 10, timeoutMs = 10_000 } = options;
  const pool = await openPool({ url, connections, timeoutMs });
  return new SqlStore(createPostgresEngine(pool), prepareStatements(postgresDialect.db));
}
