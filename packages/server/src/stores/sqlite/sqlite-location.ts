import { resolve } from 'node:path';

/** The name of a database for SQLite, which would parse a file name such as `file:chat.db` as a URI. */
export function sqliteLocation(path: string): string {
  return path === ':memory:' ? path : resolve(path);
}
