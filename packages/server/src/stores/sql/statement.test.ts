import { expect, it } from 'vitest';
import { postgresDialect, sqliteDialect } from './dialect.js';
import { insertInto, sql, upsert } from './fragment.js';
import { statementsOf } from './statement.js';

const prepare = statementsOf(postgresDialect);

it('binds each argument in its place, also one that is used twice', () => {
  const statement = prepare(
    ({ id, limit }: { id: string; limit: number }) =>
      sql`select name from users where id = ${id} or parent = ${id} limit ${limit}`,
  );
  expect(statement.sql).toBe('select name from users where id = $1 or parent = $2 limit $3');
  expect(statement.bind({ id: 'ada', limit: 5 })).toEqual(['ada', 'ada', 5]);
});

it('uses the placeholders of the dialect', () => {
  const build = ({ id }: { id: string }) => insertInto('users', { id });
  expect(statementsOf(sqliteDialect)(build).sql).toBe('insert into users (id) values (?)');
});

it('stores a missing value as null, and a boolean as a number', () => {
  const statement = prepare(({ id, done }: { id: string; done?: boolean | undefined }) =>
    upsert('tasks', { id }, { done }),
  );
  expect(statement.sql).toBe(
    'insert into tasks (id, done) values ($1, $2) on conflict (id) do update set done = excluded.done',
  );
  expect(statement.bind({ id: 'a' })).toEqual(['a', null]);
  expect(statement.bind({ id: 'a', done: true })).toEqual(['a', 1]);
});

it('leaves out of an update the columns that never change', () => {
  const statement = prepare(({ id, name, done }: { id: string; name: string; done: boolean }) =>
    upsert('tasks', { id }, { done }, { name }),
  );
  expect(statement.sql).toBe(
    'insert into tasks (id, name, done) values ($1, $2, $3) on conflict (id) do update set done = excluded.done',
  );
});

it.each(["'; drop table users", 1, null])('rejects the value %j, which is no argument', (value) => {
  expect(() => prepare(() => sql`select ${value}`)).toThrow(
    'A value in a statement must be an argument or a fragment.',
  );
});
