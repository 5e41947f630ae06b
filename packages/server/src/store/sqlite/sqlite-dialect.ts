import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Dialect } from '../sql/migrations.js';
import type { Tables } from '../sql/tables.js';

/** Kysely writes the queries and our own connection runs them: its drivers compile at every call. */
export const sqliteDialect: Dialect = {
  db: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  integer: 'integer',
  // A user's messages lie beside each other in the file, so that a page is one read of neighbours.
  tableOptions: 'strict, without rowid',
};
