import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import type { Run, SqlEngine } from '../sql/engine.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_CORRUPT, sqliteCode } from './sqlite-error.js';
import type { SqliteWriter } from './sqlite-writer.js';

export interface SqliteConnections {
  readonly writer: SqliteWriter;
  /** Missing for a database in memory, which only its one connection can see. */
  readonly reader: SqliteConnection | undefined;
  openReader(): SqliteConnection;
}

/** SQLite as the SQL store wants it. */
export function createSqliteEngine({ writer, reader, openReader }: SqliteConnections): SqlEngine {
  // One writer: the transactions of all users are one after the other anyway.
  const transaction = <T>(_userId: string, work: (run: Run) => Promise<T>) =>
    writer.transaction(work);
  const write: Run = (statement, args) => writer.transaction((run) => run(statement, args));

  if (reader === undefined) {
    return {
      read: write,
      write,
      transaction,
      snapshot: (work) => writer.transaction(work),
      integrityProblems: async () => [],
      close: () => writer.close(),
    };
  }

  let closed = false;
  return {
    read: async (statement, args) => {
      if (closed) throw new StoreUnavailableError('The store is closed.');
      try {
        return reader.run(statement, args);
      } catch (error) {
        throw explainSqliteError(error);
      }
    },
    write,
    transaction,
    snapshot: (work) => {
      const connection = openReader();
      return withConnection(connection, async () => {
        connection.command('BEGIN');
        return await work(async (statement, args) => connection.run(statement, args));
      });
    },
    integrityProblems: () => {
      const connection = openReader();
      return withConnection(connection, async () => integrityProblems(connection));
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await writer.close();
      reader.close();
    },
  };
}

function integrityProblems(connection: SqliteConnection): string[] {
  try {
    const rows = connection.rows('PRAGMA integrity_check');
    return rows.map(([row]) => String(row)).filter((row) => row !== 'ok');
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_CORRUPT) throw error;
    return ['The database file is damaged where its tables are described.'];
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
