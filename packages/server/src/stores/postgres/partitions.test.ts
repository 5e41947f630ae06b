import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendMessage } from '../testing/append-message.js';
import { describePostgres, emptyTables } from '../testing/describe-postgres.js';
import { describeStore } from '../testing/suite/store-suite.js';
import { wholeRange } from '../testing/suite/store-under-test.js';
import { openPostgresStore } from './postgres-store.js';

const page = readFileSync(new URL('../../../../../docs/scaling.md', import.meta.url), 'utf8');

describePostgres('with 16 partitions of the users', (postgres) => {
  let url: string;
  let admin: Client;
  beforeAll(async () => {
    url = await postgres.emptySchema();
    admin = new Client(url);
    await admin.connect();
  });
  afterAll(() => admin?.end());

  it('all data are kept when docs/scaling.md is followed', async () => {
    const store = await openPostgresStore({ url });
    const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    for (const userId of users) {
      for (const content of ['one', 'two', 'three']) {
        await store.transaction(userId, (tx) => {
          const { seq } = appendMessage(tx, { userId, content, newSession: content === 'three' });
          tx.saveIdempotencyRecord({ userId, key: content, userSeq: seq, createdAt: seq });
        });
      }
    }
    const read = () => Promise.all(users.map((userId) => store.messages(userId, wholeRange)));
    const before = await read();
    const [script] = /(?<=```sql\n)BEGIN;.*?COMMIT;/s.exec(page) ?? [];
    await admin.query(script ?? '');
    expect(await read()).toEqual(before);
    expect(await store.check()).toEqual([]);
    await store.close();

    const partitions = 'SELECT tableoid, count(*) FROM messages GROUP BY 1';
    expect((await admin.query(partitions)).rows.length).toBeGreaterThan(8);
    const { rows } = await admin.query(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
       AND tablename IN ('sessions', 'messages', 'turns')`,
    );
    expect(rows).toHaveLength(5);
    for (const { indexdef } of rows) expect(indexdef).toMatch(/ \(user_id/);
  });

  describeStore('the PostgreSQL store', async () => {
    await emptyTables(url);
    return openPostgresStore({ url });
  });
});
