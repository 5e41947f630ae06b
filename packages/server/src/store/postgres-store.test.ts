import { openPostgresStore } from './postgres-store.js';
import { describePostgres } from './testing/postgres-suite.js';
import { describeStore } from './testing/store-suite.js';

describePostgres('on a real server', (postgres) => {
  describeStore('the PostgreSQL store', async () =>
    openPostgresStore({ url: await postgres.emptySchema() }),
  );
});
