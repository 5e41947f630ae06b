import type { Pool, PoolClient } from 'pg';
import { StoreUnavailableError } from '../../domain/errors.js';
import type { RunStatement } from '../sql/engine.js';
import { query, runStatement } from './postgres-connection.js';
import { explainPostgresError } from './postgres-error.js';
import { beginTransaction, isDirect } from './postgres-session.js';

/** Runs `work` on a connection of the pool. */
export async function onConnection<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool);
  let broken = false;
  // Without a listener, a connection that is lost between two queries would end the process.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    broken ||= error instanceof StoreUnavailableError || !(await rolledBack(client));
    throw error;
  } finally {
    client.off('error', onError);
    // A broken connection is closed, and the server rolls back what was not committed.
    client.release(broken);
  }
}

/**
 * Runs `work` in a transaction. Its queries are sent without waiting for each other.
 * @param work calls `commit` after its last statement, and need not wait for the statements before
 */
export function inTransaction<T>(
  pool: Pool,
  timeoutMs: number,
  work: (run: RunStatement, commit: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return onConnection(pool, async (client) => {
    const sent: Promise<unknown>[] = [];
    // Its rejection is reported by the catch clause below, which waits for all queries.
    const track = <Result>(started: Promise<Result>): Promise<Result> => {
      started.catch(() => undefined);
      sent.push(started);
      return started;
    };
    const run: RunStatement = (statement, args) => track(runOn(client)(statement, args));
    try {
      void track(query(client, beginTransaction(client, timeoutMs)));
      return await work(run, () => commit(client, sent));
    } catch (error) {
      // Nothing is in flight when the transaction is rolled back. The first error is the cause of the later ones.
      for (const outcome of await Promise.allSettled(sent)) {
        if (outcome.status === 'rejected') throw outcome.reason;
      }
      throw error;
    }
  });
}

export function runOn(client: PoolClient): RunStatement {
  return (statement, args) => runStatement(client, statement, args, isDirect(client));
}

/** Commits without waiting for the queries before: when one of them failed, the server rolls back instead. */
export async function commit(client: PoolClient, sent: readonly Promise<unknown>[]): Promise<void> {
  const committed = query(client, 'COMMIT');
  const [outcome] = await Promise.allSettled([committed, ...sent]);
  await Promise.all(sent);
  if (outcome?.status !== 'rejected') return;
  if (!(outcome.reason instanceof StoreUnavailableError)) throw outcome.reason;
  throw new StoreUnavailableError(
    'The connection to the database was lost during a commit: it is unknown whether the commit took effect.',
    { cause: outcome.reason },
  );
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw explainPostgresError(error);
  }
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await query(client, 'ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
