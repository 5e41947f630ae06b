import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Dialect } from '../sql/migrations.js';
import type { Tables } from '../sql/tables.js';

/** Kysely compiles the queries once and our own connection runs them: its drivers would compile at every call. */
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
  // Clustered by primary key: a user's messages are adjacent in the file, so a page is one sequential read.
  tableOptions: 'strict, without rowid',
};
