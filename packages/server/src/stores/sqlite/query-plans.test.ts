import { DatabaseSync } from '@photostructure/sqlite';
import { expect, it } from 'vitest';
import { migrations } from '../sql/migrations.js';
import { prepareStatements } from '../sql/statements.js';
import { sqliteDialect } from './sqlite-dialect.js';

// The cost of a page, a turn or a purge must not grow with the history: no query may scan a table or sort its result.
const { turnSlices, revocationSlices, ...statements } = prepareStatements(sqliteDialect.db);
const purges = Object.entries({ turnSlices, revocationSlices }).flatMap(([name, slices]) =>
  Object.entries(slices).map(([step, statement]) => [`${name}.${step}`, statement] as const),
);

it.each([...Object.entries(statements), ...purges])(
  'the query "%s" uses an index and does not sort',
  (_, { sql }) => {
    const database = new DatabaseSync(':memory:');
    for (const step of migrations) {
      for (const query of step(sqliteDialect)) database.exec(query.compile().sql);
    }
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }: { detail: string }) => detail);
    expect(steps.filter((step) => /SCAN|TEMP B-TREE/.test(step))).toEqual([]);
    database.close();
  },
);
