import type { Store } from '../../domain/ports/store.js';
import { postgresDialect } from '../sql/dialect.js';
import { SqlStore } from '../sql/sql-store.js';
import { prepareStatements } from '../sql/statements.js';
import { openPool, type PostgresPoolOptions } from './open-postgres.js';
import { createPostgresEngine } from './postgres-engine.js';

/** @throws {StoreOpenError} */
export async function connectPostgres(options: PostgresPoolOptions): Promise<Store> {
  const statements = prepareStatements(postgresDialect);
  return new SqlStore(
    createPostgresEngine(await openPool(options), statements, options),
    statements,
  );
}
