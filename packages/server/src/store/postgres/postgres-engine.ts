import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import type { Run, SqlEngine } from '../sql/engine.js';
import { KeyedQueue } from './keyed-queue.js';
import { query, runStatement } from './postgres-connection.js';
import { explainPostgresError } from './postgres-error.js';

/** The first half of our advisory locks' keys ("chat" in ASCII), apart from those of other programs. */
const lockSpace = 0x63686174;

/** PostgreSQL as the SQL store wants it. */
export function createPostgresEngine(pool: Pool): SqlEngine {
  const queue = new KeyedQueue();
  let closed = false;

  /** Lends a connection for `work`, in a transaction that begins with `begin`. */
  const inTransaction = async <T>(begin: string, work: (run: Run) => Promise<T>): Promise<T> => {
    const client = await connect(pool);
    let broken = false;
    // A line that is lost between two queries would otherwise end the process.
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);
    try {
      await query(client, begin);
      const result = await work((statement, args) => runStatement(client, statement, args));
      await commit(client);
      return result;
    } catch (error) {
      broken ||= error instanceof StoreUnavailableError || !(await rolledBack(client));
      throw error;
    } finally {
      client.off('error', onError);
      // A connection in doubt is closed, and the server undoes what was not committed.
      client.release(broken);
    }
  };

  const assertOpen = () => {
    if (closed) throw new StoreUnavailableError('The store is closed.');
  };
  const single: Run = async (statement, args) => {
    assertOpen();
    return runStatement(pool, statement, args);
  };

  return {
    read: single,
    write: single,
    // Queued here first, so that a user with many transactions does not take all connections to wait.
    transaction: async (userId, work) => {
      assertOpen();
      return queue.run(userId, () => inTransaction(beginAlone(userId), work));
    },
    snapshot: async (work) => {
      assertOpen();
      return inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
    },
    integrityProblems: async () => [],
    close: async () => {
      if (closed) return;
      closed = true;
      await queue.idle();
      await pool.end();
    },
  };
}

/**
 * The lock is taken by a statement before those that read, because each sees what was committed when
 * it began. It is no lock of a row, because a new user has none; two users whose keys collide wait
 * for each other, and that is all.
 */
function beginAlone(userId: string): string {
  const key = createHash('sha256').update(userId).digest().readInt32BE();
  return `BEGIN; SELECT pg_advisory_xact_lock(${lockSpace}, ${key})`;
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw explainPostgresError(error);
  }
}

async function commit(client: PoolClient): Promise<void> {
  try {
    await query(client, 'COMMIT');
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    throw new StoreUnavailableError(
      'The connection to the database was lost during a commit: whether it took effect is not known.',
      { cause: error },
    );
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
