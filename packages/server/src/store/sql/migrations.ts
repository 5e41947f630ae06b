import { type ColumnDefinitionBuilder, type Compilable, type Kysely, sql } from 'kysely';
import type { Tables } from './tables.js';

/** Where the definitions of the two engines differ. */
export interface Dialect {
  readonly db: Kysely<Tables>;
  /** The type of a whole number of up to 53 bits. */
  readonly integer: 'integer' | 'bigint';
  /** Ends each table's definition: how the engine is to keep its rows. */
  readonly tableOptions: string;
}

/**
 * The steps from an empty database to today's. Each runs once, and none changes after a release: a
 * new one goes to the end. The version of a database is the number of steps it has taken.
 *
 * There are no foreign keys: SQLite's transactions are committed in groups, and a deferred key would
 * be judged at the common COMMIT, where one transaction's fault is everybody's. `check()` looks at
 * the same rules.
 */
export const migrations: readonly ((dialect: Dialect) => Compilable[])[] = [
  createTables,
  addReplyTo,
];

function createTables({ db, integer, tableOptions }: Dialect): Compilable[] {
  const { schema } = db;
  const end = sql.raw(tableOptions);
  return [
    schema
      .createTable('users')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('username', 'text', (column) => column.notNull().unique())
      .addColumn('password_hash', 'text', required)
      .modifyEnd(end),
    schema
      .createTable('user_state')
      .addColumn('user_id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('last_seq', integer, required)
      .addColumn('last_timestamp', integer, required)
      .addColumn('read_seq', integer, required)
      .addColumn('session_count', integer, required)
      .addColumn('day', 'text', required)
      .addColumn('day_chats', integer, required)
      .addColumn('day_messages', integer, required)
      .addColumn('response_count', integer, required)
      .addColumn('response_ms_total', integer, required)
      .addColumn('rated_count', integer, required)
      .addColumn('satisfied_count', integer, required)
      .modifyEnd(end),
    schema
      .createTable('sessions')
      .addColumn('user_id', 'text', required)
      .addColumn('ordinal', integer, required)
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('start_time', integer, required)
      .addColumn('last_message_time', integer, required)
      .addColumn('message_count', integer, required)
      .addColumn('ended', integer, required)
      .addPrimaryKeyConstraint('sessions_by_user', ['user_id', 'ordinal'])
      .modifyEnd(end),
    schema
      .createTable('messages')
      .addColumn('user_id', 'text', required)
      .addColumn('seq', integer, required)
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('session_id', 'text', required)
      .addColumn('session_seq', integer, required)
      .addColumn('role', 'text', required)
      .addColumn('content', 'text', required)
      .addColumn('timestamp', integer, required)
      .addColumn('delivered', integer, required)
      .addColumn('satisfied', integer)
      .addPrimaryKeyConstraint('messages_by_user', ['user_id', 'seq'])
      .modifyEnd(end),
    schema.createIndex('messages_by_session').on('messages').columns(['session_id', 'session_seq']),
    schema
      .createTable('turns')
      .addColumn('user_id', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('user_seq', integer, required)
      .addColumn('reply_seq', integer)
      .addColumn('created_at', integer, required)
      .addPrimaryKeyConstraint('turns_by_user', ['user_id', 'key'])
      .modifyEnd(end),
    schema.createIndex('turns_by_age').on('turns').column('created_at'),
    schema
      .createTable('revocations')
      .addColumn('jti', 'text', (column) => column.primaryKey().notNull())
      .addColumn('expires_at', integer, required)
      .modifyEnd(end),
    schema.createIndex('revocations_by_expiry').on('revocations').column('expires_at'),
  ];
}

/**
 * What a reply answers, the turns of the last day say: a client may still wait for one of those. Of older
 * replies it is not guessed.
 */
function addReplyTo({ db }: Dialect): Compilable[] {
  return [
    db.schema.alterTable('messages').addColumn('reply_to', 'text'),
    db
      .updateTable('messages')
      .from('turns')
      .innerJoin('messages as question', (join) =>
        join
          .onRef('question.user_id', '=', 'turns.user_id')
          .onRef('question.seq', '=', 'turns.user_seq'),
      )
      .set(({ ref }) => ({ reply_to: ref('question.id') }))
      .whereRef('messages.user_id', '=', 'turns.user_id')
      .whereRef('messages.seq', '=', 'turns.reply_seq'),
  ];
}

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}
