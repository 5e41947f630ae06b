import { StoreUnavailableError } from '../../domain/errors.js';
import type { SqlEngine } from '../sql/engine.js';
import { initialQueries, toInitialReads } from '../sql/initial-reads.js';
import type { Statements } from '../sql/statements.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { explainSqliteError, SQLITE_CORRUPT, sqliteCode } from './sqlite-error.js';
import type { SqliteWriter } from './sqlite-writer.js';
import { TurnSnapshots } from './turn-snapshots.js';

export interface SqliteConnections {
  readonly writer: SqliteWriter;
  /** The connection of the writer for a database in memory, which only one connection can use. */
  readonly reader: SqliteConnection;
  /** Undefined for a database in memory. */
  readonly openReader?: () => SqliteConnection;
  /** Throws when the file was deleted or replaced. */
  readonly assertUsable?: () => void;
}

/** The SQL store's engine on SQLite. */
export function createSqliteEngine(
  { assertUsable, openReader, reader, writer }: SqliteConnections,
  statements: Statements,
): SqlEngine {
  const snapshots = openReader && new TurnSnapshots(reader);
  if (snapshots) writer.onCommit = snapshots.end;
  let closed = false;
  const read: SqlEngine['read'] = async (statement, args, { turnSnapshot = false } = {}) => {
    if (closed) throw new StoreUnavailableError('The store is closed.');
    try {
      if (turnSnapshot && snapshots) return snapshots.read(statement, args);
      snapshots?.end();
      return reader.run(statement, args);
    } catch (error) {
      throw explainSqliteError(error);
    }
  };
  return {
    read,
    write: (statement, args) =>
      writer.transaction((run) => {
        const rows = run(statement, args);
        return () => rows;
      }),
    transaction: ({ userId, wanted, decide }) =>
      writer.transaction((run) => {
        const rows = initialQueries(statements, userId, wanted).map((query) =>
          query ? run(query.statement, query.args) : [],
        );
        let decided: ReturnType<typeof decide>;
        try {
          decided = decide(toInitialReads(rows));
        } catch (error) {
          // Nothing was written: the other transactions of the group are not affected.
          return () => {
            throw error;
          };
        }
        const { result, writes } = decided;
        for (const { statement, args } of writes) run(statement, args);
        return () => result;
      }),
    // One writer: the transactions of all users run one after the other anyway.
    batch: (_userId, writes) =>
      writer.transaction((run) => {
        const results = writes.map(({ statement, args }) => run(statement, args));
        return () => results.at(-1) ?? [];
      }),
    snapshot: async (work) => {
      // In memory, nothing runs between two reads: none of them waits.
      if (openReader === undefined) return work(read);
      return withConnection(openReader(), (connection) => {
        connection.command('BEGIN');
        return work(async (statement, args) => connection.run(statement, args));
      });
    },
    ...(assertUsable && { assertUsable }),
    integrityProblems: async () =>
      openReader === undefined ? [] : withConnection(openReader(), integrityProblems),
    close: async () => {
      if (closed) return;
      closed = true;
      // Before the writer, which truncates the log when nothing reads it.
      snapshots?.close();
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

async function withConnection<T>(
  connection: SqliteConnection,
  work: (connection: SqliteConnection) => T | Promise<T>,
): Promise<T> {
  try {
    return await work(connection);
  } catch (error) {
    throw explainSqliteError(error);
  } finally {
    connection.close();
  }
}
