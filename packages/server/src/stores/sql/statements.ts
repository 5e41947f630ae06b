import type { IdempotencyRecord, UserRecord } from '../../domain/ports/store.js';
import type { Dialect } from './dialect.js';
import { columns, insertInto, raw, sql, upsert } from './fragment.js';
import { messageStatements } from './message-statements.js';
import { toTurn, toUser, turnColumns, type UserScoped, userColumns } from './rows.js';
import { stateStatements } from './state-statements.js';
import { type Prepare, statementsOf } from './statement.js';

/** The user of the row that is `rows` rows behind the first one after the user `after`. */
export interface SliceArgs {
  readonly after: string;
  readonly rows: number;
}

/** Deletes the rows of the users from `after` to `to` (inclusive) that are older than `before`. */
export interface PurgeArgs {
  readonly after: string;
  readonly to: string;
  readonly before: number;
}

/** Every query of the store. A page or a turn needs range reads only. */
export function prepareStatements(dialect: Dialect) {
  const prepare = statementsOf(dialect);
  return {
    ...accountStatements(prepare),
    ...messageStatements(prepare),
    ...stateStatements(prepare),
    ...turnStatements(prepare),
    ...revocationStatements(prepare),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
export type PurgeSlices = Statements['turnSlices'];

function accountStatements(prepare: Prepare) {
  const user = columns(userColumns);
  return {
    addUser: prepare(
      ({ id, username, passwordHash }: UserRecord) =>
        sql`${insertInto('users', { id, username, password_hash: passwordHash })} on conflict (username) do nothing returning id`,
      ([id]: [string]) => id,
    ),
    userByName: prepare(
      ({ username }: { username: string }) =>
        sql`select ${user} from users where username = ${username}`,
      toUser,
    ),
    usernames: prepare(
      ({ after, limit }: { after: string; limit: number }) =>
        sql`select username from users where username > ${after} order by username limit ${limit}`,
      ([username]: [string]) => username,
    ),
    deleteMessages: prepare(
      ({ userId }: UserScoped) => sql`delete from messages where user_id = ${userId}`,
    ),
    deleteSessions: prepare(
      ({ userId }: UserScoped) => sql`delete from sessions where user_id = ${userId}`,
    ),
    deleteTurns: prepare(
      ({ userId }: UserScoped) => sql`delete from turns where user_id = ${userId}`,
    ),
    deleteState: prepare(
      ({ userId }: UserScoped) => sql`delete from user_state where user_id = ${userId}`,
    ),
    deleteUser: prepare(
      ({ userId }: UserScoped) => sql`delete from users where id = ${userId} returning id`,
      ([id]: [string]) => id,
    ),
    setPassword: prepare(
      ({ username, passwordHash }: { username: string; passwordHash: string }) =>
        sql`update users set password_hash = ${passwordHash} where username = ${username} returning id`,
      ([id]: [string]) => id,
    ),
  };
}

function turnStatements(prepare: Prepare) {
  const turn = columns(turnColumns);
  return {
    turn: prepare(
      ({ userId, key }: UserScoped & { key: string }) =>
        sql`select ${turn} from turns where user_id = ${userId} and key = ${key}`,
      toTurn,
    ),
    turnsAfter: prepare(
      ({ userId, key, limit }: UserScoped & { key: string; limit: number }) =>
        sql`select ${turn} from turns where user_id = ${userId} and key > ${key} order by key limit ${limit}`,
      toTurn,
    ),
    saveTurn: prepare(({ userId, key, userSeq, replySeq, createdAt }: IdempotencyRecord) =>
      upsert(
        'turns',
        { user_id: userId, key },
        { user_seq: userSeq, reply_seq: replySeq, created_at: createdAt },
      ),
    ),
    turnSlices: purgeSlices(prepare, 'turns', 'created_at'),
  };
}

function revocationStatements(prepare: Prepare) {
  return {
    revokeToken: prepare(
      ({ userId, id, expiresAt }: UserScoped & { id: string; expiresAt: number }) =>
        upsert('revocations', { user_id: userId, id }, { expires_at: expiresAt }),
    ),
    revocation: prepare(
      ({ userId, jti, password }: UserScoped & { jti: string; password: string }) =>
        sql`select expires_at from revocations where user_id = ${userId} and id in (${jti}, ${password})`,
      ([expiresAt]: [number]) => expiresAt,
    ),
    revocationSlices: purgeSlices(prepare, 'revocations', 'expires_at'),
  };
}

/** Statements that purge a table slice by slice. The last slice has no end, because collations have no greatest text. */
function purgeSlices(prepare: Prepare, name: 'turns' | 'revocations', age: string) {
  const table = raw(name);
  // From a user to a user, both inclusive.
  const purgeFrom = ({ after, before }: Omit<PurgeArgs, 'to'>) =>
    sql`delete from ${table} where user_id >= ${after} and ${raw(age)} < ${before}`;
  return {
    end: prepare(
      ({ after, rows }: SliceArgs) =>
        sql`select user_id from ${table} where user_id > ${after} order by user_id limit 1 offset ${rows}`,
      ([userId]: [string]) => userId,
    ),
    purge: prepare((args: PurgeArgs) => sql`${purgeFrom(args)} and user_id <= ${args.to}`),
    purgeRest: prepare(purgeFrom),
  };
}
