import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../../domain/ports/store.js';
import { appendMessage } from '../../testing/append-message.js';
import { describePostgres } from '../../testing/describe-postgres.js';
import { openPostgresStore } from '../postgres-store.js';

const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
const revoked = ['one token', 'all tokens'] as const;

describePostgres('transactions of several users at the same time', (postgres) => {
  let store: Store;
  let other: Client;
  beforeEach(async () => {
    const url = await postgres.emptySchema();
    store = await openPostgresStore({ url });
    other = new Client(url);
    await other.connect();
    await appendAll('first');
    await append('eve', 'first');
  });
  afterEach(async () => {
    await other.end();
    await store.close();
  });

  const append = (userId: string, content: string) =>
    store.transaction(userId, (tx) => {
      // Before the insert, as in the domain.
      if (tx.state.lastSeq > 0) tx.markDelivered({ from: 1, to: 1 });
      const message = appendMessage(tx, { userId, content });
      const { seq } = message;
      tx.saveIdempotencyRecord({ userId, key: content, userSeq: seq, createdAt: seq });
      return message;
    });
  const appendAll = (content: string) =>
    Promise.all(users.map((userId) => append(userId, content)));
  const count = async (query: string) => Number((await other.query(query)).rows[0].count);
  const transactionsThatWrote = (content: string) =>
    count(`SELECT count(DISTINCT xmin::text) FROM messages WHERE content = '${content}'`);
  /** Makes the inserts of messages fail that `condition` describes. */
  const failInserts = (condition: string, code: string) =>
    other.query(`
      CREATE SEQUENCE failures START 1;
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF ${condition} THEN
            PERFORM nextval('failures');
            RAISE EXCEPTION USING ERRCODE = '${code}';
          END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER fail AFTER INSERT ON messages REFERENCING NEW TABLE AS inserted
        FOR EACH STATEMENT EXECUTE FUNCTION fail()`);
  const failures = () =>
    count('SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS count FROM failures');

  it('are one transaction of the database', async () => {
    // The writes of one user depend on each other, so that they are separate statements.
    const mixed = store.transaction('eve', (tx) => {
      const { seq } = appendMessage(tx, { userId: 'eve', content: 'second' });
      tx.markDelivered({ from: seq, to: seq });
    });
    const stored = await appendAll('second');
    await mixed;
    expect(stored.map(({ userId, seq }) => [userId, seq])).toEqual(users.map((id) => [id, 2]));
    expect(await transactionsThatWrote('second')).toBe(1);
    for (const userId of users) {
      expect(await store.messages(userId, { from: 1, to: 9 })).toMatchObject([
        { content: 'first', delivered: true },
        { content: 'second', delivered: false },
      ]);
    }
    expect(await store.messages('eve', { from: 2, to: 2 })).toMatchObject([{ delivered: true }]);
    expect(await store.check()).toEqual([]);
  });

  it('read the same as alone', async () => {
    await store.revokeToken('user-3', 'all tokens', 1);
    const [first] = await store.messages('user-2', { from: 1, to: 1 });
    const read = (userId: string) =>
      store.transaction(
        userId,
        ({ state, idempotencyRecord, message, newestMessages, tokenRevoked }) => ({
          ...{ state, idempotencyRecord, message, newestMessages, tokenRevoked },
        }),
        {
          newestMessages: userId === 'user-1' ? 0 : 2,
          ...(userId !== 'user-4' && { idempotencyKey: 'first', tokenIds: revoked }),
          ...(userId === 'user-2' && { messageId: first?.id }),
        },
      );
    await appendAll('second');
    const userId = 'user-5';
    await store.transaction(userId, (tx) => {
      appendMessage(tx, { userId, content: 'of a new session', newSession: true });
    });
    const together = await Promise.all(users.map(read));
    expect(together[2]?.newestMessages).toHaveLength(2);
    expect(together[5]?.newestMessages).toMatchObject([{ content: 'of a new session' }]);
    expect(together[2]?.message).toMatchObject({ content: 'first' });
    expect(together.map(({ tokenRevoked }) => tokenRevoked)).toEqual(
      users.map((id) => id === 'user-3'),
    );
    const alone = [];
    for (const userId of users) alone.push(await read(userId));
    expect(together).toEqual(alone);
  });

  it('do not wait for a user whose data another instance changes', async () => {
    await other.query(`BEGIN; SELECT FROM user_state WHERE user_id = 'user-7' FOR UPDATE`);
    const stored = users.map((userId) => append(userId, 'second'));
    await Promise.all(stored.filter((_, index) => index !== 7));
    expect(await count(`SELECT count(*) FROM messages WHERE content = 'second'`)).toBe(19);
    await other.query('COMMIT');
    await expect(stored[7]).resolves.toMatchObject({ seq: 2 });
  });

  it('do not wait for a transaction that hangs', async () => {
    await other.query(`
      CREATE FUNCTION wait_for_lock() RETURNS trigger AS $$
        BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER hang BEFORE INSERT ON messages
        FOR EACH ROW WHEN (NEW.content = 'hangs') EXECUTE FUNCTION wait_for_lock()`);
    await other.query('SELECT pg_advisory_lock(1)');
    const hanging = append('eve', 'hangs');
    await expect
      .poll(() =>
        count(
          `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted`,
        ),
      )
      .toBe(1);

    await appendAll('second');

    await other.query('SELECT pg_advisory_unlock(1)');
    await expect(hanging).resolves.toMatchObject({ content: 'hangs' });
  });

  it('fail alone', async () => {
    await failInserts(`EXISTS (SELECT FROM inserted WHERE user_id = 'user-7')`, '23514');
    const outcomes = await Promise.allSettled(users.map((userId) => append(userId, 'second')));
    expect(outcomes.map(({ status }) => status)).toEqual(
      users.map((userId) => (userId === 'user-7' ? 'rejected' : 'fulfilled')),
    );
    expect(await store.check()).toEqual([]);
  });

  it('are separate in a database that supports no statements for several users', async () => {
    await failInserts('(SELECT count(*) FROM inserted) > 1', '0A000');
    await appendAll('second');
    await appendAll('third');
    expect(await transactionsThatWrote('third')).toBe(users.length);
    // Sequences are not rolled back: only the first time was an attempt.
    expect(await failures()).toBe(1);
  });
});
