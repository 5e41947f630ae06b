import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Dialect } from '../sql/migrations.js';
import type { Tables } from '../sql/tables.js';

/** Kysely compiles the queries; our own connections run them as prepared statements. */
export const postgresDialect: Dialect = {
  db: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  integer: 'bigint',
  tableOptions: '',
};
