import { expect, it } from 'vitest';
import { SqliteConnection } from '../sqlite/sqlite-connection.js';
import { StoreOpenError } from '../store-open-error.js';
import { sqliteDialect } from './dialect.js';
import { migrate } from './migrate.js';
import type { Migration } from './migrations.js';

const [create, change, add]: Migration[] = [
  () => ['create table cards (title text)', "insert into cards values ('old')"],
  ({ integer }) => [`alter table cards add column size ${integer}`, 'update cards set size = 1'],
  () => ["insert into cards values ('new', 2)"],
];

function openDatabase() {
  const connection = new SqliteConnection(':memory:', { readOnly: false, busyTimeoutMs: 0 });
  return {
    migrate: (...migrations: Migration[]) =>
      migrate(sqliteDialect, async (sql) => connection.rows(sql), 'The database', migrations),
    rows: (sql: string) => connection.rows(sql),
  };
}

it('runs the migrations that the database has not run, in their order', async () => {
  const database = openDatabase();
  await database.migrate(create!);
  await database.migrate(create!, change!, add!);
  expect(database.rows('select title, size from cards')).toEqual([
    ['old', 1],
    ['new', 2],
  ]);
  expect(database.rows('select version from schema_version')).toEqual([[3]]);
});

it('runs no migration twice', async () => {
  const database = openDatabase();
  await database.migrate(create!, change!, add!);
  await database.migrate(create!, change!, add!);
  expect(database.rows('select count(*) from cards')).toEqual([[2]]);
});

it('rejects a database of a newer release and does not change it', async () => {
  const database = openDatabase();
  await database.migrate(create!, change!);
  const opening = database.migrate(create!);
  await expect(opening).rejects.toThrow(StoreOpenError);
  await expect(opening).rejects.toThrow(
    'The database was written by a newer release (its schema is version 2, this release knows 1)',
  );
  expect(database.rows('select title from cards')).toEqual([['old']]);
});
