import { PgBouncerServer, servicesAvailable } from '@chat/test-support';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendMessage } from '../testing/append-message.js';
import { describePostgres, emptyTables } from '../testing/describe-postgres.js';
import { describeStore } from '../testing/suite/store-suite.js';
import { openPostgresStore } from './postgres-store.js';

describe.skipIf(!servicesAvailable('PgBouncer'))('through PgBouncer in transaction mode', () => {
  describePostgres('with its default settings', (postgres) => {
    let pooler: PgBouncerServer;
    beforeAll(async () => {
      pooler = await PgBouncerServer.create(postgres.server.url);
      await pooler.start();
      await (await openPostgresStore({ url: pooler.url })).close();
    });
    afterAll(() => pooler?.remove());
    // In one database: PgBouncer keeps its connections to each database open.
    beforeEach(() => emptyTables(postgres.server.url));

    describeStore('the PostgreSQL store', () => openPostgresStore({ url: pooler.url }));

    it('creates its tables once when ten processes open it at the same time', async () => {
      await postgres.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const open = () => openPostgresStore({ url: pooler.url, connections: 1 });
      const stores = await Promise.all(Array.from({ length: 10 }, open));
      await Promise.all(stores.map((store) => store.close()));
    });

    it('stores all messages that two instances write at the same time', async () => {
      const open = () => openPostgresStore({ url: pooler.url });
      const stores = [await open(), await open()] as const;
      const written = Array.from({ length: 120 }, (_, index) => {
        const userId = `user-${index % 30}`;
        return stores[index % 7 === 0 ? 0 : 1].transaction(userId, (tx) =>
          appendMessage(tx, { userId, content: `${index}` }),
        );
      });
      await Promise.all(written);
      expect(await stores[0].messages('user-0', { from: 1, to: 9 })).toHaveLength(4);
      expect(await stores[0].check()).toEqual([]);
      await Promise.all(stores.map((store) => store.close()));
    });

    it('stops waiting for a lock in time, and leaves no setting to other clients', async () => {
      const store = await openPostgresStore({ url: pooler.url, timeoutMs: 500 });
      const other = new Client(postgres.server.url);
      await other.connect();
      await other.query('BEGIN; LOCK TABLE users, user_state');
      const timedOut = 'The database did not respond in time.';
      await expect(store.userByName('ada')).rejects.toThrow(timedOut);
      await expect(store.transaction('ada', () => undefined)).rejects.toThrow(timedOut);
      const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
      expect(await postgres.query(waiting)).toEqual([]);
      await other.end();
      expect(await store.userByName('ada')).toBeUndefined();

      const neighbour = new Client(pooler.url);
      await neighbour.connect();
      const { rows } = await neighbour.query('SHOW statement_timeout');
      expect(rows).toEqual([{ statement_timeout: '0' }]);
      const { rows: prepared } = await neighbour.query('SELECT name FROM pg_prepared_statements');
      expect(prepared).toEqual([]);
      await neighbour.end();
      await store.close();
    });
  });
});
