import { beforeAll, expect, it } from 'vitest';
import { createTestChat } from '../../testing/test-chat.js';
import { describePostgres } from '../testing/describe-postgres.js';
import { openPostgresStore } from './postgres-store.js';

const database = 'counted';

describePostgres('a message', (postgres) => {
  beforeAll(async () => {
    // Its transactions would be counted.
    await postgres.query('ALTER SYSTEM SET autovacuum = off');
    await postgres.query('SELECT pg_reload_conf()');
    await postgres.query(`CREATE DATABASE ${database}`);
  });

  const queryNumber = async (text: string) => {
    const [row] = await postgres.query(text);
    return Number(Object.values(row ?? {})[0]);
  };

  /** Sends messages with a store of their own; returns how many transactions PostgreSQL committed for all of it. */
  const countTransactions = async (messages: number) => {
    const url = new URL(postgres.server.url);
    url.pathname = database;
    const committed = () =>
      queryNumber(`SELECT xact_commit FROM pg_stat_database WHERE datname = '${database}'`);
    const before = await committed();
    const store = await openPostgresStore({ url: url.href });
    const chat = createTestChat({ store, limits: { messagesPerWindow: 1_000 } });
    const ada = await chat.login();
    for (let sent = 0; sent < messages; sent += 1) {
      // The store has to be asked again whether the token was revoked.
      chat.clock.advance(2_000);
      const headers = { prefer: 'return=minimal', 'idempotency-key': `${messages}-${sent}` };
      expect((await ada.send('Which tram?', headers)).status).toBe(200);
    }
    await store.close();
    // A session of PostgreSQL reports its transactions when it ends.
    const sessions = `SELECT count(*) FROM pg_stat_activity WHERE datname = '${database}'`;
    await expect.poll(() => queryNumber(sessions), { timeout: 30_000 }).toBe(0);
    return (await committed()) - before;
  };

  it('needs two transactions, with the context of the assistant and the check of the token', async () => {
    // Creates the tables and the user.
    await countTransactions(1);
    const [few, many] = [await countTransactions(10), await countTransactions(30)];
    expect((many - few) / 20).toBe(2);
  });
});
