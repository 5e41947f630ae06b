import type { Kysely } from 'kysely';
import type { IdempotencyRecord, UserRecord } from '../../domain/ports/store.js';
import { messageStatements } from './message-statements.js';
import { toTurn, toUser, turnColumns, type UserScoped, userColumns } from './rows.js';
import { stateStatements } from './state-statements.js';
import { excluded, prepare } from './statement.js';
import type { Tables } from './tables.js';

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

/** Every query of the store, compiled for one engine. A page or a turn needs range reads only. */
export function prepareStatements(db: Kysely<Tables>) {
  return {
    ...accountStatements(db),
    ...messageStatements(db),
    ...stateStatements(db),
    ...turnStatements(db),
    ...revocationStatements(db),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
export type PurgeSlices = Statements['turnSlices'];

function accountStatements(db: Kysely<Tables>) {
  return {
    addUser: prepare(
      (user: UserRecord) =>
        db
          .insertInto('users')
          .values({ id: user.id, username: user.username, password_hash: user.passwordHash })
          .onConflict((conflict) => conflict.column('username').doNothing())
          .returning('id'),
      ([id]: [string]) => id,
    ),
    userByName: prepare(
      (args: { username: string }) =>
        db.selectFrom('users').select(userColumns).where('username', '=', args.username),
      toUser,
    ),
    usernames: prepare(
      ({ after, limit }: { after: string; limit: number }) =>
        db
          .selectFrom('users')
          .select('username')
          .where('username', '>', after)
          .orderBy('username')
          .limit(limit),
      ([username]: [string]) => username,
    ),
    deleteMessages: prepare(({ userId }: UserScoped) =>
      db.deleteFrom('messages').where('user_id', '=', userId),
    ),
    deleteSessions: prepare(({ userId }: UserScoped) =>
      db.deleteFrom('sessions').where('user_id', '=', userId),
    ),
    deleteTurns: prepare(({ userId }: UserScoped) =>
      db.deleteFrom('turns').where('user_id', '=', userId),
    ),
    deleteState: prepare(({ userId }: UserScoped) =>
      db.deleteFrom('user_state').where('user_id', '=', userId),
    ),
    deleteUser: prepare(
      ({ userId }: UserScoped) => db.deleteFrom('users').where('id', '=', userId).returning('id'),
      ([id]: [string]) => id,
    ),
    setPassword: prepare(
      (args: { username: string; passwordHash: string }) =>
        db
          .updateTable('users')
          .set({ password_hash: args.passwordHash })
          .where('username', '=', args.username)
          .returning('id'),
      ([id]: [string]) => id,
    ),
  };
}

function turnStatements(db: Kysely<Tables>) {
  const selectForUser = (userId: string) =>
    db.selectFrom('turns').select(turnColumns).where('user_id', '=', userId);
  return {
    turn: prepare(
      ({ userId, key }: UserScoped & { key: string }) =>
        selectForUser(userId).where('key', '=', key),
      toTurn,
    ),
    turnsAfter: prepare(
      ({ userId, key, limit }: UserScoped & { key: string; limit: number }) =>
        selectForUser(userId).where('key', '>', key).orderBy('key').limit(limit),
      toTurn,
    ),
    saveTurn: prepare((turn: IdempotencyRecord) => {
      const changing = {
        user_seq: turn.userSeq,
        reply_seq: turn.replySeq,
        created_at: turn.createdAt,
      };
      return db
        .insertInto('turns')
        .values({ user_id: turn.userId, key: turn.key, ...changing })
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'key']).doUpdateSet(excluded(changing)),
        );
    }),
    turnSlices: purgeSlices(db, 'turns', 'created_at'),
  };
}

function revocationStatements(db: Kysely<Tables>) {
  return {
    revokeToken: prepare((revocation: UserScoped & { id: string; expiresAt: number }) =>
      db
        .insertInto('revocations')
        .values({
          user_id: revocation.userId,
          id: revocation.id,
          expires_at: revocation.expiresAt,
        })
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'id']).doUpdateSet({ expires_at: revocation.expiresAt }),
        ),
    ),
    revocation: prepare(
      ({ userId, jti, password }: UserScoped & { jti: string; password: string }) =>
        db
          .selectFrom('revocations')
          .select('expires_at')
          .where('user_id', '=', userId)
          .where('id', 'in', [jti, password]),
      ([expiresAt]: [number]) => expiresAt,
    ),
    revocationSlices: purgeSlices(db, 'revocations', 'expires_at'),
  };
}

/** Statements that purge a table slice by slice. The last slice has no end, because collations have no greatest text. */
function purgeSlices(
  db: Kysely<Tables>,
  table: 'turns' | 'revocations',
  age: 'created_at' | 'expires_at',
) {
  const { ref } = db.dynamic;
  // From a user to a user, both inclusive.
  const purgeFrom = ({ after, before }: Omit<PurgeArgs, 'to'>) =>
    db.deleteFrom(table).where('user_id', '>=', after).where(ref(age), '<', before);
  return {
    end: prepare(
      ({ after, rows }: SliceArgs) =>
        db
          .selectFrom(table)
          .select('user_id')
          .where('user_id', '>', after)
          .orderBy('user_id')
          .limit(1)
          .offset(rows),
      ([userId]: [string]) => userId,
    ),
    purge: prepare((args: PurgeArgs) => purgeFrom(args).where('user_id', '<=', args.to)),
    purgeRest: prepare(purgeFrom),
  };
}
