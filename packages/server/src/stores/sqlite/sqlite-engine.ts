import { StoreUnavailableError } from '../../domain/errors.js';
import type { RunStatement, SqlEngine, UserWork } from '../sql/engine.js';
import { readInitially } from '../sql/initial-reads.js';
import type { Statements } from '../sql/statements.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_CORRUPT, sqliteCode } from './sqlite-error.js';
import type { SqliteWriter } from './sqlite-writer.js';
import { TurnSnapshots } from './turn-snapshots.js';

export interface SqliteConnections {
  readonly writer: SqliteWriter;
  /** Undefined for a database in memory, which only one connection can use. */
  readonly reader: SqliteConnection | undefined;
  openReader(): SqliteConnection;
  /** Throws when the file was deleted or replaced. */
  readonly assertUsable?: () => void;
}

/** The SQL store's engine on SQLite. */
export function createSqliteEngine(
  connections: SqliteConnections,
  statements: Statements,
): SqlEngine {
  const { assertUsable, openReader, reader, writer } = connections;
  // One writer: the transactions of all users run one after the other anyway.
  const exclusive = <T>(_userId: string, work: (run: RunStatement) => Promise<T>) =>
    writer.transaction(work);
  const transaction = <T>({ userId, wanted, decide }: UserWork<T>) =>
    writer.transaction(async (run) => {
      const { result, writes } = decide(await readInitially(run, statements, userId, wanted));
      for (const { statement, args } of writes) await run(statement, args);
      return result;
    });
  const write: RunStatement = (statement, args) =>
    writer.transaction((run) => run(statement, args));

  if (reader === undefined) {
    return {
      read: write,
      write,
      transaction,
      exclusive,
      snapshot: (work) => writer.transaction(work),
      integrityProblems: async () => [],
      close: () => writer.close(),
    };
  }

  const snapshots = new TurnSnapshots(reader);
  writer.onCommit = snapshots.end;
  let closed = false;
  return {
    read: async (statement, args, { turnSnapshot = false } = {}) => {
      if (closed) throw new StoreUnavailableError('The store is closed.');
      try {
        return turnSnapshot ? snapshots.read(statement, args) : snapshots.readNow(statement, args);
      } catch (error) {
        throw explainSqliteError(error);
      }
    },
    write,
    transaction,
    exclusive,
    snapshot: (work) => {
      const connection = openReader();
      return withConnection(connection, async () => {
        connection.command('BEGIN');
        return await work(async (statement, args) => connection.run(statement, args));
      });
    },
    ...(assertUsable && { assertUsable }),
    integrityProblems: () => {
      const connection = openReader();
      return withConnection(connection, async () => integrityProblems(connection));
    },
    close: async () => {
      if (closed) return;
      closed = true;
      // Before the writer, which truncates the log when nothing reads it.
      snapshots.close();
      await writer.close();
    },
  };
}

function integrityProblems(connection: SqliteConnection): string[] {
  try {
    const rows = connection.rows('PRAGMA integrity_check');
    return rows.map(([row]) => String(row)).filter((row) => row !== 'ok');
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_CORRUPT) throw error;
    return ['The database file is damaged: its schema cannot be read.'];
  }
}

async function withConnection<T>(connection: SqliteConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainSqliteError(error);
  } finally {
    connection.close();
  }
}
