import type { Store } from '../chat/store.js';
import { openPostgresStore } from '../store/postgres-store.js';
import { openSqliteStore } from '../store/sqlite-store.js';

/** Where the data are: in a file, or in a database when one is named. */
export interface DataPlace {
  readonly data: string;
  readonly databaseUrl: string | undefined;
  readonly databaseTimeoutMs?: number;
}

export function openStore(place: DataPlace): Promise<Store> {
  const { data, databaseUrl: url, databaseTimeoutMs: timeoutMs } = place;
  if (url === undefined) return openSqliteStore({ path: data });
  return openPostgresStore({ url, ...(timeoutMs !== undefined && { timeoutMs }) });
}

/** For people, and without a password. */
export function nameOf({ data, databaseUrl }: DataPlace): string {
  if (databaseUrl === undefined) return data;
  const { host, pathname } = new URL(databaseUrl);
  return `the database "${pathname.slice(1)}" at ${host}`;
}
