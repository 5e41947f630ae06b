import { type ColumnDefinitionBuilder, type Compilable, type Kysely, sql } from 'kysely';
import type { Tables } from './tables.js';

/** Differences between the two engines. */
export interface Dialect {
  readonly db: Kysely<Tables>;
  /** The type of an integer of up to 53 bits. */
  readonly integer: 'integer' | 'bigint';
  /** Appended to each table definition: how the engine stores its rows. */
  readonly tableOptions: string;
}

/**
 * The migrations from an empty database to the current schema. Each runs once, and none changes after a release: append
 * new ones. The version of a database is the number of migrations it has run.
 *
 * There are no foreign keys: SQLite transactions are committed in groups, and a deferred key would be checked at the common
 * COMMIT, where the violation of one transaction would fail all of them. `check()` verifies the same rules.
 */
export const migrations: readonly ((dialect: Dialect) => Compilable[])[] = [createTables];

/** Every key and index of a user's data starts with the user, so that the tables can be partitioned and distributed by user. */
function createTables({ db, integer, tableOptions }: Dialect): Compilable[] {
  const { schema } = db;
  const tableEnd = sql.raw(tableOptions);
  return [
    schema
      .createTable('users')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('username', 'text', (column) => column.notNull().unique())
      .addColumn('password_hash', 'text', notNull)
      .modifyEnd(tableEnd),
    schema
      .createTable('user_state')
      .addColumn('user_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('last_seq', integer, notNull)
      .addColumn('last_timestamp', integer, notNull)
      .addColumn('read_seq', integer, notNull)
      .addColumn('session_count', integer, notNull)
      .addColumn('day', 'text', notNull)
      .addColumn('day_chats', integer, notNull)
      .addColumn('day_messages', integer, notNull)
      .addColumn('response_count', integer, notNull)
      .addColumn('response_ms_total', integer, notNull)
      .addColumn('rated_count', integer, notNull)
      .addColumn('satisfied_count', integer, notNull)
      .addColumn('stop_request', 'text')
      .modifyEnd(tableEnd),
    schema
      .createTable('sessions')
      .addColumn('user_id', 'text', notNull)
      .addColumn('ordinal', integer, notNull)
      .addColumn('id', 'text', notNull)
      .addColumn('start_time', integer, notNull)
      .addColumn('last_message_time', integer, notNull)
      .addColumn('message_count', integer, notNull)
      .addColumn('content_bytes', integer, notNull)
      .addColumn('ended', integer, notNull)
      .addPrimaryKeyConstraint('sessions_by_ordinal', ['user_id', 'ordinal'])
      .addUniqueConstraint('sessions_by_id', ['user_id', 'id'])
      .modifyEnd(tableEnd),
    schema
      .createTable('messages')
      .addColumn('user_id', 'text', notNull)
      .addColumn('seq', integer, notNull)
      .addColumn('id', 'text', notNull)
      .addColumn('session_id', 'text', notNull)
      .addColumn('session_seq', integer, notNull)
      .addColumn('role', 'text', notNull)
      .addColumn('content', 'text', notNull)
      .addColumn('timestamp', integer, notNull)
      .addColumn('delivered', integer, notNull)
      .addColumn('satisfied', integer)
      .addColumn('reply_to', 'text')
      .addColumn('truncated', 'text')
      .addColumn('stopped', integer)
      .addPrimaryKeyConstraint('messages_by_seq', ['user_id', 'seq'])
      .addUniqueConstraint('messages_by_id', ['user_id', 'id'])
      .modifyEnd(tableEnd),
    schema
      .createIndex('messages_by_session')
      .on('messages')
      .columns(['user_id', 'session_id', 'session_seq']),
    schema
      .createTable('turns')
      .addColumn('user_id', 'text', notNull)
      .addColumn('key', 'text', notNull)
      .addColumn('user_seq', integer, notNull)
      .addColumn('reply_seq', integer)
      .addColumn('created_at', integer, notNull)
      .addPrimaryKeyConstraint('turns_by_user', ['user_id', 'key'])
      .modifyEnd(tableEnd),
    schema
      .createTable('revocations')
      .addColumn('user_id', 'text', notNull)
      .addColumn('id', 'text', notNull)
      .addColumn('expires_at', integer, notNull)
      .addPrimaryKeyConstraint('revocations_by_id', ['user_id', 'id'])
      .modifyEnd(tableEnd),
  ];
}

function notNull(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}
