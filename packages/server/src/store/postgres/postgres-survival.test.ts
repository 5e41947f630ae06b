import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../chat/store.js';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import { openPostgresStore } from '../postgres-store.js';
import { appendMessage } from '../testing/append-message.js';
import { buildProgram, type Program } from '../testing/build-program.js';
import { describePostgres } from '../testing/postgres-suite.js';
import { expectKept, writeUntilKilled } from '../testing/run-program.js';

describePostgres('a store on PostgreSQL', (postgres) => {
  let url: string;
  let store: Store;
  beforeEach(async () => {
    url = await postgres.emptySchema();
    store = await openPostgresStore({ url, timeoutMs: 1_000 });
  });
  afterEach(() => store.close());

  const say = (to: Store, userId: string, content: string) =>
    to.transaction(userId, (tx) => appendMessage(tx, { userId, content }));
  const all = { from: 1, to: Number.MAX_SAFE_INTEGER };

  /** Another's lock, which transactions of ours have to wait for. Gives how to let go of it. */
  const hold = async (statement: string) => {
    const other = new Client(url);
    await other.connect();
    await other.query('BEGIN');
    await other.query(statement);
    return () => other.end();
  };
  const waiting = `pg_stat_activity WHERE application_name = 'chat-server' AND wait_event_type = 'Lock'`;

  it('gives the messages of one user one order, whichever instance stores them', async () => {
    const other = await openPostgresStore({ url });
    const stored = await Promise.all(
      Array.from({ length: 60 }, (_, index) => say(index % 2 ? store : other, 'ada', `${index}`)),
    );
    const seqs = stored.map(({ seq }) => seq).sort((one, another) => one - another);
    expect(seqs).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(await store.messages('ada', all)).toEqual(await other.messages('ada', all));
    expect(await store.check()).toEqual([]);
    await other.close();
  });

  it('serves others while one user has more transactions than there are connections', async () => {
    await say(store, 'ada', 'one');
    const release = await hold(`SELECT FROM user_state WHERE user_id = 'ada' FOR UPDATE`);
    const busy = Array.from({ length: 30 }, () => say(store, 'ada', 'more'));
    await expect(say(store, 'bob', 'hello')).resolves.toMatchObject({ seq: 1 });
    await release();
    await Promise.all(busy);
  });

  it('rejects a transaction whose connection is lost, keeps nothing of it, and goes on', async () => {
    // Its message is written by then, and the state that belongs to it is not.
    const release = await hold('LOCK TABLE user_state IN EXCLUSIVE MODE');
    const cut = expect(say(store, 'ada', 'half')).rejects.toThrow(StoreUnavailableError);
    const terminate = () => postgres.query(`SELECT pg_terminate_backend(pid) FROM ${waiting}`);
    await eventually(async () => expect(await terminate()).toHaveLength(1));
    await cut;
    await release();
    await expect(say(store, 'ada', 'again')).resolves.toMatchObject({ seq: 1 });
    expect(await store.check()).toEqual([]);
  });

  it('survives that all its connections are lost while nobody uses them', async () => {
    await Promise.all(['ada', 'bob', 'eve'].map((userId) => say(store, userId, 'hello')));
    await postgres.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE application_name = 'chat-server'`,
    );
    await eventually(() => store.ping());
    await expect(say(store, 'ada', 'again')).resolves.toMatchObject({ seq: 2 });
  });

  it('rejects clearly while the server is gone, and works when it is back', async () => {
    const acknowledged: string[] = [];
    const writing = Promise.allSettled(
      Array.from({ length: 8 }, async (_, index) => {
        for (;;) acknowledged.push((await say(store, `user-${index}`, 'kept?')).id);
      }),
    );
    await eventually(async () => expect(acknowledged.length).toBeGreaterThan(40));
    await postgres.server.signal('SIGQUIT');
    for (const outcome of await writing) {
      expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailableError) });
    }
    await expect(store.ping()).rejects.toThrow('The connection to the database was lost.');
    await expect(say(store, 'ada', 'nowhere')).rejects.toThrow(StoreUnavailableError);

    await postgres.server.start();
    await expect(say(store, 'ada', 'back')).resolves.toMatchObject({ seq: 1 });
    for (let index = 0; index < 8; index += 1) {
      const kept = (await store.messages(`user-${index}`, all)).map(({ id }) => id);
      const mine = acknowledged.filter((id) => id.startsWith(`user-${index}-`));
      expect(kept.slice(0, mine.length)).toEqual(mine);
    }
    expect(await store.check()).toEqual([]);
  });

  it('rejects when the server does not answer in time, and works when it does again', async () => {
    await say(store, 'ada', 'before');
    await postgres.server.signal('SIGSTOP');
    try {
      await expect(say(store, 'ada', 'meanwhile')).rejects.toThrow(StoreUnavailableError);
      await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    } finally {
      await postgres.server.signal('SIGCONT');
    }
    await eventually(() => say(store, 'ada', 'after'));
    expect(await store.check()).toEqual([]);
  });

  it('gives up waiting for a user whose transaction hangs elsewhere', async () => {
    const other = await openPostgresStore({ url });
    const release = await hold('LOCK TABLE user_state IN EXCLUSIVE MODE');
    const hanging = say(other, 'ada', 'one');
    const whoWaits = () => postgres.query(`SELECT FROM ${waiting}`);
    await eventually(async () => expect(await whoWaits()).toHaveLength(1));
    await expect(say(store, 'ada', 'too late')).rejects.toThrow(
      'The database took too long to answer.',
    );
    await release();
    await hanging;
    await expect(say(store, 'ada', 'now')).resolves.toMatchObject({ seq: 2 });
    await other.close();
  });

  it('loses nothing that a process acknowledged before it was killed', async () => {
    const acknowledged: string[] = [];
    for (const lines of [1, 60, 233]) {
      acknowledged.push(...(await writeUntilKilled(program, url, lines)));
      await eventually(async () => expect(await store.check()).toEqual([]));
      await expectKept(store, acknowledged);
    }
  });

  let program: Program;
  beforeAll(async () => {
    program = await buildProgram('./store-process.ts');
  });
  afterAll(() => program?.remove());
});

/** Until it succeeds, or the test's own time is over. */
async function eventually(attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
