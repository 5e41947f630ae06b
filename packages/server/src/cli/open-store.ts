import { existsSync } from 'node:fs';
import type { Store } from '../chat/store.js';
import { CommandError } from './command-error.js';

/** Where the data are: in a file, or in a database when one is named. */
export interface DataPlace {
  readonly data: string;
  readonly databaseUrl: string | undefined;
  readonly databaseTimeoutMs?: number;
}

/**
 * For a command that works on what is there: a misspelt name must not become a new, empty file.
 * @throws {CommandError} when there is no such file
 */
export function requireData({ data, databaseUrl }: DataPlace): void {
  if (databaseUrl !== undefined || existsSync(data)) return;
  throw new CommandError(
    `There is no database "${data}": --data or CHAT_DATA must be the file that the server runs on.`,
  );
}

/** Loads only the driver it needs. */
export async function openStore(place: DataPlace): Promise<Store> {
  const { data, databaseUrl: url, databaseTimeoutMs: timeoutMs } = place;
  if (url === undefined) {
    const { openSqliteStore } = await import('../store/sqlite-store.js');
    return openSqliteStore({ path: data });
  }
  const { openPostgresStore } = await import('../store/postgres-store.js');
  return openPostgresStore({ url, ...(timeoutMs !== undefined && { timeoutMs }) });
}

/** For people, and without a password. */
export function nameOf({ data, databaseUrl }: DataPlace): string {
  if (databaseUrl === undefined) return data;
  const { host, pathname } = new URL(databaseUrl);
  return `the database "${pathname.slice(1)}" at ${host}`;
}
