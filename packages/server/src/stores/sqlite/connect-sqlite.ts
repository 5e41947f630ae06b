import type { Store } from '../../domain/ports/store.js';
import { sqliteDialect } from '../sql/dialect.js';
import { SqlStore } from '../sql/sql-store.js';
import { prepareStatements } from '../sql/statements.js';
import { openForWriting } from './open-sqlite.js';
import { SqliteConnection } from './sqlite-connection.js';
import { createSqliteEngine } from './sqlite-engine.js';
import { SqliteWriter } from './sqlite-writer.js';
import { watchFile } from './watched-file.js';

/** @throws {StoreOpenError} */
export async function connectSqlite(path: string, busyTimeoutMs: number): Promise<Store> {
  const openReader = () => new SqliteConnection(path, { readOnly: true, busyTimeoutMs });
  const connection = await openForWriting(path, busyTimeoutMs);
  const assertUsable = path === ':memory:' ? () => {} : watchFile(path);
  const writer = new SqliteWriter(connection, busyTimeoutMs, assertUsable);
  const reader = path === ':memory:' ? undefined : openReader();
  const statements = prepareStatements(sqliteDialect);
  const engine = createSqliteEngine({ writer, reader, openReader, assertUsable }, statements);
  return new SqlStore(engine, statements);
}
