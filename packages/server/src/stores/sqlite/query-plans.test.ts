import { DatabaseSync } from '@photostructure/sqlite';
import { expect, it } from 'vitest';
import { sqliteDialect } from '../sql/dialect.js';
import { migrations } from '../sql/migrations.js';
import { prepareStatements } from '../sql/statements.js';

// The cost of a page, a turn or a purge must not grow with the history: no query may scan a table or sort its result.
const { turnSlices, revocationSlices, ...statements } = prepareStatements(sqliteDialect);
const purges = Object.entries({ turnSlices, revocationSlices }).flatMap(([name, slices]) =>
  Object.entries(slices).map(([step, statement]) => [`${name}.${step}`, statement] as const),
);

it.each([...Object.entries(statements), ...purges])(
  'the query "%s" uses an index and does not sort',
  (_, { sql }) => {
    const database = new DatabaseSync(':memory:');
    for (const statement of migrations.flatMap((migration) => migration(sqliteDialect))) {
      database.exec(statement);
    }
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }: { detail: string }) => detail);
    expect(steps.filter((step) => /SCAN|TEMP B-TREE/.test(step))).toEqual([]);
    database.close();
  },
);
