import type { Store } from '../../domain/ports/store.js';
import { loadWith } from '../../options/optional-package.js';

const driver = { feature: 'PostgreSQL', name: 'pg', major: 8 };

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
  /**
   * `postgres://user:password@host:5432/name`, with node-postgres parameters after a `?`: `sslmode`, `sslrootcert`, or
   * `host=/var/run/postgresql` for a Unix socket. It may be the address of PgBouncer in transaction mode.
   */
  readonly url: string;
  /**
   * Maximum number of connections of this process.
   * @default 10
   */
  readonly connections?: number;
  /**
   * How long one query may take, in milliseconds; after that the call rejects. Waiting for a connection has the same
   * timeout, but never more than five seconds.
   * @default 10000
   */
  readonly timeoutMs?: number;
}

/**
 * The store for several instances of one deployment. It needs the package `pg`: `npm install pg@8`. While the database is
 * unavailable, calls reject; they succeed again when it is back.
 *
 * @throws {StoreOpenError} when the URL is invalid, or when the database cannot be reached, has a certificate that is not
 * trusted, rejects the user, belongs to another program or a newer release, or has another encoding than UTF-8
 * @throws Error when the package `pg` is not installed
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
  const { connectPostgres } = await loadWith(driver, () => import('./connect-postgres.js'));
  return connectPostgres({ url, connections, timeoutMs });
}
