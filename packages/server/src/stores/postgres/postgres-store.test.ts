import { beforeAll } from 'vitest';
import { describePostgres, emptyTables } from '../testing/describe-postgres.js';
import { describeStore } from '../testing/suite/store-suite.js';
import { openPostgresStore } from './postgres-store.js';

describePostgres('on a real server', (postgres) => {
  let url: string;
  beforeAll(async () => {
    url = await postgres.emptySchema();
    await (await openPostgresStore({ url })).close();
  });

  describeStore('the PostgreSQL store', async () => {
    await emptyTables(url);
    return openPostgresStore({ url });
  });
});
