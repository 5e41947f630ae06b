import type { Dialect } from './dialect.js';

/** The statements of one migration. */
export type Migration = (dialect: Dialect) => readonly string[];

/**
 * The migrations from an empty database to the current schema. Each runs once, and none changes after a release: append
 * new ones. The version of a database is the number of migrations it has run.
 *
 * There are no foreign keys: SQLite transactions are committed in groups, and a deferred key would be checked at the common
 * COMMIT, where the violation of one transaction would fail all of them. `check()` verifies the same rules.
 */
export const migrations: readonly Migration[] = [createTables];

/** The tables of every version. A database of another program can have a table of one of these names, but not all of them. */
export const tableNames = [
  'users',
  'user_state',
  'sessions',
  'messages',
  'turns',
  'revocations',
  'schema_version',
];

/**
 * Every key and index of a user's data starts with the user, so that the tables can be partitioned and distributed by user.
 * The two drivers return booleans differently, so they are stored as 0 and 1: `ended`, `delivered`, `satisfied`, `stopped`.
 */
function createTables({ integer, tableOptions }: Dialect): string[] {
  return [
    `create table users (
      id text primary key not null,
      username text not null unique,
      password_hash text not null
    ) ${tableOptions}`,
    `create table user_state (
      user_id text primary key not null,
      last_seq ${integer} not null,
      last_timestamp ${integer} not null,
      read_seq ${integer} not null,
      session_count ${integer} not null,
      day text not null,
      day_chats ${integer} not null,
      day_messages ${integer} not null,
      response_count ${integer} not null,
      response_ms_total ${integer} not null,
      rated_count ${integer} not null,
      satisfied_count ${integer} not null,
      stop_request text
    ) ${tableOptions}`,
    `create table sessions (
      user_id text not null,
      ordinal ${integer} not null,
      id text not null,
      first_seq ${integer} not null,
      start_time ${integer} not null,
      last_message_time ${integer} not null,
      message_count ${integer} not null,
      content_bytes ${integer} not null,
      ended ${integer} not null,
      constraint sessions_by_ordinal primary key (user_id, ordinal),
      constraint sessions_by_id unique (user_id, id)
    ) ${tableOptions}`,
    `create table messages (
      user_id text not null,
      seq ${integer} not null,
      id text not null,
      session_id text not null,
      session_seq ${integer} not null,
      role text not null,
      content text not null,
      timestamp ${integer} not null,
      delivered ${integer} not null,
      satisfied ${integer},
      reply_to text,
      truncated text,
      stopped ${integer},
      constraint messages_by_seq primary key (user_id, seq),
      constraint messages_by_id unique (user_id, id)
    ) ${tableOptions}`,
    `create table turns (
      user_id text not null,
      key text not null,
      user_seq ${integer} not null,
      reply_seq ${integer},
      created_at ${integer} not null,
      constraint turns_by_user primary key (user_id, key)
    ) ${tableOptions}`,
    `create table revocations (
      user_id text not null,
      id text not null,
      expires_at ${integer} not null,
      constraint revocations_by_id primary key (user_id, id)
    ) ${tableOptions}`,
  ];
}
