import { tracingChannel } from 'node:diagnostics_channel';
import type { Pool } from 'pg';
import { StoreUnavailableError } from '../../domain/errors.js';
import { createInFlightTracker } from '../../domain/in-flight-tracker.js';
import { createKeyedQueue } from '../../domain/keyed-queue.js';
import type { RunStatement, SqlEngine, UserWork } from '../sql/engine.js';
import { initialQueries, toInitialReads } from '../sql/initial-reads.js';
import type { Statements } from '../sql/statements.js';
import { combineWrites } from './groups/combine-writes.js';
import { createGroupTransaction, type PendingWork } from './groups/group-transaction.js';
import { TransactionGroups } from './groups/transaction-groups.js';
import { query } from './postgres-connection.js';
import { isConflict } from './postgres-error.js';
import { beginTransaction, isDirect } from './postgres-session.js';
import { commit, inTransaction, onConnection, runOn } from './postgres-transaction.js';
import { lockUser, UserNotLockedError } from './user-lock.js';

/** For tracing: a transaction, or a statement outside of one, with all of its attempts. */
const channel = tracingChannel<unknown, { operation: 'transaction' | 'statement' }>(
  'chat.postgres',
);

function traced<T>(operation: 'transaction' | 'statement', work: () => Promise<T>): Promise<T> {
  return channel.hasSubscribers ? channel.tracePromise(work, { operation }) : work();
}

/** More attempts than conflicts in a row that are likely. */
const maxAttempts = 5;

/** The SQL store's engine on PostgreSQL. */
export function createPostgresEngine(
  pool: Pool,
  statements: Statements,
  { connections, timeoutMs }: { readonly connections: number; readonly timeoutMs: number },
): SqlEngine {
  const queue = createKeyedQueue({ maxQueuedTurns: Number.POSITIVE_INFINITY });
  const inFlight = createInFlightTracker();
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new StoreUnavailableError('The store is closed.');
  };

  const runTransaction = <T>({ userId, wanted, decide }: UserWork<T>, wait: boolean): Promise<T> =>
    inTransaction(pool, timeoutMs, async (run, commit) => {
      // The reads are sent without waiting for the lock, the writes are not.
      const locked = lockUser(run, userId, wait);
      const queries = initialQueries(statements, userId, wanted);
      const rows = Promise.all(
        queries.map((query) => (query ? run(query.statement, query.args) : [])),
      );
      await Promise.all([rows, locked]);
      const { result, writes } = decide(toInitialReads(await rows));
      for (const { statement, args } of combineWrites(writes)) void run(statement, args);
      await commit();
      return result;
    });
  /** Not awaited by a group: a transaction of another instance may hold the lock for long. */
  const runWaiting = ({ work, resolve, reject }: PendingWork): void => {
    retryConflicts(() => runTransaction(work, true)).then(resolve, reject);
  };
  const runAlone = async (pending: PendingWork): Promise<void> => {
    try {
      pending.resolve(await runTransaction(pending.work, false));
    } catch (error) {
      if (error instanceof UserNotLockedError || isConflict(error)) runWaiting(pending);
      else pending.reject(error);
    }
  };
  const runGroup = createGroupTransaction({
    statements,
    inTransaction: (work) => inTransaction(pool, timeoutMs, work),
    runAlone,
    runWaiting,
  });
  const groups = new TransactionGroups<PendingWork>(connections, runGroup);

  const runSingle: RunStatement = async (statement, args) => {
    assertOpen();
    const runOnce = () =>
      onConnection(pool, async (client) => {
        const run = runOn(client);
        if (isDirect(client)) return run(statement, args);
        // A session that is shared with others has no timeout of its own, so one statement needs a transaction.
        await query(client, beginTransaction(client, timeoutMs));
        const rows = await run(statement, args);
        await commit(client, []);
        return rows;
      });
    return traced('statement', () => retryConflicts(runOnce));
  };
  /** Queued here first, so that one user's waiting transactions do not use all connections. */
  const inOrder = async <T>(userId: string, work: () => Promise<T>): Promise<T> => {
    assertOpen();
    return inFlight.run(() => queue.run(userId, () => traced('transaction', work)));
  };

  return {
    read: runSingle,
    write: runSingle,
    transaction: (work) =>
      inOrder(
        work.userId,
        () =>
          new Promise((resolve, reject) => {
            groups.add({ work, resolve: resolve as PendingWork['resolve'], reject });
          }),
      ),
    batch: (userId, writes) =>
      inOrder(userId, () =>
        retryConflicts(() =>
          inTransaction(pool, timeoutMs, async (run, commit) => {
            await lockUser(run, userId, true);
            const results = writes.map(({ statement, args }) => run(statement, args));
            await commit();
            return (await results.at(-1)) ?? [];
          }),
        ),
      ),
    snapshot: async (work) => {
      assertOpen();
      return onConnection(pool, async (client) => {
        const begin = beginTransaction(client, timeoutMs);
        await query(client, `${begin}; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
        const result = await work(runOn(client));
        await commit(client, []);
        return result;
      });
    },
    integrityProblems: async () => [],
    close: async () => {
      if (closed) return;
      closed = true;
      await inFlight.whenIdle();
      await pool.end();
    },
  };
}

/** Runs a transaction again that the database rolled back because of another one: a conflict or a deadlock. */
async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt < maxAttempts) continue;
      throw new StoreUnavailableError(
        `The database rolled back a transaction ${maxAttempts} times because of conflicts with others.`,
        { cause: error },
      );
    }
  }
}
