import { DatabaseSync } from '@photostructure/sqlite';
import { expect, it } from 'vitest';
import { migrations } from '../sql/migrations.js';
import { prepareStatements } from '../sql/statements.js';
import { sqliteDialect } from './sqlite-dialect.js';

// What a page, a turn or a purge costs must not grow with the history: no query may walk through a
// whole table, nor sort what it found.
it.each(Object.entries(prepareStatements(sqliteDialect.db)))(
  'the query "%s" goes straight to its rows',
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
