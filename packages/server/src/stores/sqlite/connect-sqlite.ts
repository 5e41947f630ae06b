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
  const connection = await openForWriting(path, busyTimeoutMs);
  const statements = prepareStatements(sqliteDialect);
  if (path === ':memory:') {
    const writer = new SqliteWriter(connection, busyTimeoutMs);
    return new SqlStore(createSqliteEngine({ writer, reader: connection }, statements), statements);
  }
  const openReader = () => new SqliteConnection(path, { readOnly: true, busyTimeoutMs });
  const assertUsable = watchFile(path);
  const writer = new SqliteWriter(connection, busyTimeoutMs, assertUsable);
  const connections = { writer, reader: openReader(), openReader, assertUsable };
  return new SqlStore(createSqliteEngine(connections, statements), statements);
}
