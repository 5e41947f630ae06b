import { expect, it } from 'vitest';
import { postgresDialect } from '../../sql/dialect.js';
import type { Write } from '../../sql/engine.js';
import { prepareStatements } from '../../sql/statements.js';
import { combineWrites } from './combine-writes.js';

const statements = prepareStatements(postgresDialect);
const write = (name: 'markDelivered' | 'rateMessage' | 'insertMessage' | 'saveState', args = {}) =>
  ({ statement: statements[name], args }) as Write;
const [deliver, rate] = [
  write('markDelivered', { userId: 'ada', from: 1, to: 2 }),
  write('rateMessage'),
];
const [insert, save] = [write('insertMessage', { userId: 'ada', seq: 3 }), write('saveState')];

it('makes one statement of an update, an insert into the same table, and a write to another one', () => {
  const [combined, ...others] = combineWrites([deliver, insert, save]);
  expect(others).toEqual([]);
  const { sql, bind } = combined!.statement;
  const values = bind(combined!.args);
  const numbers = [...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: values.length }, (_, index) => index + 1));
  expect(values.slice(0, 3)).toEqual(['ada', 1, 2]);
});

it.each([
  ['an update after an insert, whose row it may change', [insert, deliver]],
  ['two updates, which may change the same row', [deliver, rate]],
  ['two inserts into the same table', [insert, insert]],
  ['one write', [insert]],
  ['no write', []],
])('leaves %s as it is', (_what, writes) => {
  expect(combineWrites(writes)).toBe(writes);
});
