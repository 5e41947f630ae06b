import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { Store } from '../../domain/ports/store.js';
import { appendMessage } from '../testing/append-message.js';
import { type BuiltProgram, buildProgram } from '../testing/build-program.js';
import { describePostgres } from '../testing/describe-postgres.js';
import { expectStored, writeUntilKilled } from '../testing/run-program.js';
import { openPostgresStore } from './postgres-store.js';

describePostgres('a store on PostgreSQL', (postgres) => {
  let url: string;
  let store: Store;
  beforeEach(async () => {
    url = await postgres.emptySchema();
    store = await openPostgresStore({ url, timeoutMs: 1_000 });
  });
  afterEach(() => store.close());

  const append = (to: Store, userId: string, content: string) =>
    to.transaction(userId, (tx) => appendMessage(tx, { userId, content }));
  const waitForStore = () =>
    expect.poll(() => store.ping().then(() => 'ready', String)).toBe('ready');
  const all = { from: 1, to: Number.MAX_SAFE_INTEGER };

  /** Takes a lock that the store's transactions have to wait for; returns a function that releases it. */
  const holdLock = async (statement: string) => {
    const other = new Client(url);
    await other.connect();
    await other.query('BEGIN');
    await other.query(statement);
    return () => other.end();
  };
  const waiting = `pg_stat_activity WHERE application_name = 'chat-server' AND wait_event_type = 'Lock'`;

  it('gives the messages of one user one order over all instances', async () => {
    const other = await openPostgresStore({ url });
    const stored = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        append(index % 2 ? store : other, 'ada', `${index}`),
      ),
    );
    const seqs = stored.map(({ seq }) => seq).sort((one, another) => one - another);
    expect(seqs).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(await store.messages('ada', all)).toEqual(await other.messages('ada', all));
    expect(await store.check()).toEqual([]);
    await other.close();
  });

  it('serves other users while one has more transactions than there are connections', async () => {
    await append(store, 'ada', 'one');
    const release = await holdLock(`SELECT FROM user_state WHERE user_id = 'ada' FOR UPDATE`);
    const busy = Array.from({ length: 30 }, () => append(store, 'ada', 'more'));
    await expect(append(store, 'bob', 'hello')).resolves.toMatchObject({ seq: 1 });
    await release();
    await Promise.all(busy);
  });

  it('rejects a transaction whose connection is lost, stores nothing of it, and continues', async () => {
    // At this moment its message is written, and the session of that message is not.
    const release = await holdLock('LOCK TABLE sessions IN SHARE MODE');
    const cut = expect(append(store, 'ada', 'half')).rejects.toThrow(StoreUnavailableError);
    const terminate = () => postgres.query(`SELECT pg_terminate_backend(pid) FROM ${waiting}`);
    await expect.poll(terminate).toHaveLength(1);
    await cut;
    await release();
    await expect(append(store, 'ada', 'again')).resolves.toMatchObject({ seq: 1 });
    expect(await store.check()).toEqual([]);
  });

  it('survives the loss of all idle connections', async () => {
    await Promise.all(['ada', 'bob', 'eve'].map((userId) => append(store, userId, 'hello')));
    await postgres.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'chat-server'`,
    );
    await waitForStore();
    await expect(append(store, 'ada', 'again')).resolves.toMatchObject({ seq: 2 });
  });

  it('rejects while the server is down, and works when it is back', async () => {
    const acknowledged: string[] = [];
    const writing = Promise.allSettled(
      Array.from({ length: 8 }, async (_, index) => {
        for (;;) acknowledged.push((await append(store, `user-${index}`, 'stored?')).id);
      }),
    );
    await expect.poll(() => acknowledged.length).toBeGreaterThan(40);
    await postgres.server.stop();
    for (const outcome of await writing) {
      expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailableError) });
    }
    await expect(store.ping()).rejects.toThrow('The connection to the database was lost.');
    await expect(append(store, 'ada', 'nowhere')).rejects.toThrow(StoreUnavailableError);

    await postgres.server.start();
    await expect(append(store, 'ada', 'back')).resolves.toMatchObject({ seq: 1 });
    for (let index = 0; index < 8; index += 1) {
      const stored = (await store.messages(`user-${index}`, all)).map(({ id }) => id);
      const mine = acknowledged.filter((id) => id.startsWith(`user-${index}-`));
      expect(stored.slice(0, mine.length)).toEqual(mine);
    }
    expect(await store.check()).toEqual([]);
  });

  it('rejects when the server does not respond in time, and works when it does again', async () => {
    await append(store, 'ada', 'before');
    postgres.server.freeze();
    try {
      await expect(append(store, 'ada', 'meanwhile')).rejects.toThrow(StoreUnavailableError);
      await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    } finally {
      postgres.server.thaw();
    }
    await waitForStore();
    await append(store, 'ada', 'after');
    expect(await store.check()).toEqual([]);
  });

  it('stops waiting for a user whose transaction hangs on another instance', async () => {
    const other = await openPostgresStore({ url });
    const release = await holdLock('LOCK TABLE sessions IN SHARE MODE');
    const hanging = append(other, 'ada', 'one');
    const waitingQueries = () => postgres.query(`SELECT FROM ${waiting}`);
    await expect.poll(waitingQueries).toHaveLength(1);
    await expect(append(store, 'ada', 'too late')).rejects.toThrow(
      'The database did not respond in time.',
    );
    await release();
    await hanging;
    await expect(append(store, 'ada', 'now')).resolves.toMatchObject({ seq: 2 });
    await other.close();
  });

  it('loses nothing that a killed process acknowledged', async () => {
    const acknowledged: string[] = [];
    for (const lines of [1, 60, 233]) {
      acknowledged.push(...(await writeUntilKilled(program, url, lines)));
      await waitForStore();
      expect(await store.check()).toEqual([]);
      await expectStored(store, acknowledged);
    }
  });

  let program: BuiltProgram;
  beforeAll(async () => {
    program = await buildProgram('./store-process.ts');
  });
  afterAll(() => program?.remove());
});
