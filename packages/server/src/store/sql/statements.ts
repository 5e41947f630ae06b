import type { Kysely } from 'kysely';
import type { TurnRecord, UserRecord } from '../../chat/store.js';
import { messageStatements } from './message-statements.js';
import { type OfUser, toTurn, toUser, turnColumns, userColumns } from './rows.js';
import { stateStatements } from './state-statements.js';
import { prepare } from './statement.js';
import type { Tables } from './tables.js';

/** Takes at most `limit` rows that are older than `before`. */
export interface Purge {
  readonly before: number;
  readonly limit: number;
}

/** Every query of the store, compiled for one engine. All that a page or a turn needs are range reads. */
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
  const ofUser = (userId: string) =>
    db.selectFrom('turns').select(turnColumns).where('user_id', '=', userId);
  return {
    turn: prepare(
      ({ userId, key }: OfUser & { key: string }) => ofUser(userId).where('key', '=', key),
      toTurn,
    ),
    turnsAfter: prepare(
      ({ userId, key, limit }: OfUser & { key: string; limit: number }) =>
        ofUser(userId).where('key', '>', key).orderBy('key').limit(limit),
      toTurn,
    ),
    saveTurn: prepare((turn: TurnRecord) => {
      const changing = {
        user_seq: turn.userSeq,
        reply_seq: turn.replySeq,
        created_at: turn.createdAt,
      };
      return db
        .insertInto('turns')
        .values({ user_id: turn.userId, key: turn.key, ...changing })
        .onConflict((conflict) => conflict.columns(['user_id', 'key']).doUpdateSet(changing));
    }),
    purgeTurns: prepare(
      ({ before, limit }: Purge) =>
        db
          .deleteFrom('turns')
          .where(({ eb, refTuple, selectFrom }) =>
            eb(
              refTuple('user_id', 'key'),
              'in',
              selectFrom('turns')
                .select(['user_id', 'key'])
                .where('created_at', '<', before)
                .orderBy('created_at')
                .limit(limit)
                .$asTuple('user_id', 'key'),
            ),
          )
          .returning('user_seq'),
      ([userSeq]: [number]) => userSeq,
    ),
  };
}

function revocationStatements(db: Kysely<Tables>) {
  return {
    revokeToken: prepare((revocation: { jti: string; expiresAt: number }) =>
      db
        .insertInto('revocations')
        .values({ jti: revocation.jti, expires_at: revocation.expiresAt })
        .onConflict((conflict) =>
          conflict.column('jti').doUpdateSet({ expires_at: revocation.expiresAt }),
        ),
    ),
    revocation: prepare(
      ({ jti }: { jti: string }) =>
        db.selectFrom('revocations').select('expires_at').where('jti', '=', jti),
      ([expiresAt]: [number]) => expiresAt,
    ),
    purgeRevocations: prepare(
      ({ before, limit }: Purge) =>
        db
          .deleteFrom('revocations')
          .where('jti', 'in', (eb) =>
            eb
              .selectFrom('revocations')
              .select('jti')
              .where('expires_at', '<', before)
              .orderBy('expires_at')
              .limit(limit),
          )
          .returning('expires_at'),
      ([expiresAt]: [number]) => expiresAt,
    ),
  };
}
