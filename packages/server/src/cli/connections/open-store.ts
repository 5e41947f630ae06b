import { existsSync } from 'node:fs';
import type { Store } from '../../domain/ports/store.js';
import { describePostgresUrl } from '../../stores/postgres/postgres-url.js';
import { CommandError } from '../errors.js';

/** Where the data are: in the database, or in the file when there is no database. */
export interface DataSource {
  readonly data: string;
  readonly databaseUrl: string | undefined;
  readonly databaseConnections?: number;
  readonly databaseTimeoutMs?: number;
}

/**
 * For commands that work on existing data: a misspelt name must not create an empty file.
 * @throws {CommandError} when the file does not exist
 */
export function requireData({ data, databaseUrl }: DataSource): void {
  if (databaseUrl !== undefined || existsSync(data)) return;
  throw new CommandError(
    `Database "${data}" does not exist: set --data or CHAT_DATA to the file of the server.`,
  );
}

/** Imports only the driver that it needs. */
export async function openStore(source: DataSource): Promise<Store> {
  const { data, databaseUrl: url, databaseConnections, databaseTimeoutMs } = source;
  if (url === undefined) {
    const { openSqliteStore } = await import('../../stores/sqlite/sqlite-store.js');
    return openSqliteStore({ path: data });
  }
  const { openPostgresStore } = await import('../../stores/postgres/postgres-store.js');
  return openPostgresStore({
    url,
    ...(databaseConnections !== undefined && { connections: databaseConnections }),
    ...(databaseTimeoutMs !== undefined && { timeoutMs: databaseTimeoutMs }),
  });
}

/** Opens the store while `work` runs. */
export async function withStore(
  source: DataSource,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(source);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** For messages; without the password. */
export function describeDataSource({ data, databaseUrl }: DataSource): string {
  return databaseUrl === undefined ? data : describePostgresUrl(databaseUrl);
}
