import type { Kysely } from 'kysely';
import type {
  MessageRecord,
  SeqRange,
  SessionRecord,
  TurnRecord,
  UserRecord,
  UserState,
} from '../../chat/store.js';
import {
  messageColumns,
  type OfUser,
  sessionColumns,
  stateColumns,
  toMessage,
  toSession,
  toState,
  toTurn,
  toUser,
  turnColumns,
  userColumns,
} from './rows.js';
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
  };
}

function messageStatements(db: Kysely<Tables>) {
  const ofUser = (userId: string) =>
    db.selectFrom('messages').select(messageColumns).where('user_id', '=', userId);
  return {
    insertMessage: prepare((message: MessageRecord) =>
      db.insertInto('messages').values({
        user_id: message.userId,
        seq: message.seq,
        id: message.id,
        session_id: message.sessionId,
        session_seq: message.sessionSeq,
        role: message.role,
        content: message.content,
        timestamp: message.timestamp,
        delivered: message.delivered,
        satisfied: message.satisfied,
      }),
    ),
    messages: prepare(
      ({ userId, from, to }: OfUser & SeqRange) =>
        ofUser(userId).where('seq', '>=', from).where('seq', '<=', to).orderBy('seq'),
      toMessage,
    ),
    messagesFrom: prepare(
      ({ userId, seq, limit }: OfUser & { seq: number; limit: number }) =>
        ofUser(userId).where('seq', '>=', seq).orderBy('seq').limit(limit),
      toMessage,
    ),
    messageBySeq: prepare(
      ({ userId, seq }: OfUser & { seq: number }) => ofUser(userId).where('seq', '=', seq),
      toMessage,
    ),
    messageById: prepare(
      ({ userId, id }: OfUser & { id: string }) => ofUser(userId).where('id', '=', id),
      toMessage,
    ),
    sessionMessages: prepare(
      ({ userId, sessionId, from, to }: OfUser & SeqRange & { sessionId: string }) =>
        ofUser(userId)
          .where('session_id', '=', sessionId)
          .where('session_seq', '>=', from)
          .where('session_seq', '<=', to)
          .orderBy('session_seq'),
      toMessage,
    ),
    rateMessage: prepare(
      ({ userId, seq, satisfied }: OfUser & { seq: number; satisfied: boolean }) =>
        db
          .updateTable('messages')
          .set({ satisfied })
          .where('user_id', '=', userId)
          .where('seq', '=', seq),
    ),
    markDelivered: prepare(({ userId, from, to }: OfUser & SeqRange) =>
      db
        .updateTable('messages')
        .set({ delivered: true })
        .where('user_id', '=', userId)
        .where('seq', '>=', from)
        .where('seq', '<=', to)
        .where('delivered', '=', 0),
    ),
  };
}

function stateStatements(db: Kysely<Tables>) {
  return {
    state: prepare(
      ({ userId }: OfUser) =>
        db
          .selectFrom('user_state')
          .leftJoin('sessions', (join) =>
            join
              .onRef('sessions.user_id', '=', 'user_state.user_id')
              .onRef('sessions.ordinal', '=', 'user_state.session_count'),
          )
          .select([...stateColumns, ...sessionColumns])
          .where('user_state.user_id', '=', userId),
      toState,
    ),
    saveState: prepare((state: UserState & OfUser) => {
      const counters = {
        last_seq: state.lastSeq,
        last_timestamp: state.lastTimestamp,
        read_seq: state.readSeq,
        session_count: state.sessionCount,
        day: state.day,
        day_chats: state.dayChats,
        day_messages: state.dayMessages,
        response_count: state.responseCount,
        response_ms_total: state.responseMsTotal,
        rated_count: state.ratedCount,
        satisfied_count: state.satisfiedCount,
      };
      return db
        .insertInto('user_state')
        .values({ user_id: state.userId, ...counters })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(counters));
    }),
    saveSession: prepare((session: SessionRecord) => {
      const changing = {
        id: session.id,
        start_time: session.startTime,
        last_message_time: session.lastMessageTime,
        message_count: session.messageCount,
        ended: session.ended,
      };
      return db
        .insertInto('sessions')
        .values({ user_id: session.userId, ordinal: session.ordinal, ...changing })
        .onConflict((conflict) => conflict.columns(['user_id', 'ordinal']).doUpdateSet(changing));
    }),
    session: prepare(
      ({ userId, sessionId }: OfUser & { sessionId: string }) =>
        db
          .selectFrom('sessions')
          .select(sessionColumns)
          .where('id', '=', sessionId)
          .where('user_id', '=', userId),
      toSession,
    ),
    sessions: prepare(
      ({ userId, from, to }: OfUser & SeqRange) =>
        db
          .selectFrom('sessions')
          .select(sessionColumns)
          .where('user_id', '=', userId)
          .where('ordinal', '>=', from)
          .where('ordinal', '<=', to)
          .orderBy('ordinal'),
      toSession,
    ),
    sessionsFrom: prepare(
      ({ userId, ordinal, limit }: OfUser & { ordinal: number; limit: number }) =>
        db
          .selectFrom('sessions')
          .select(sessionColumns)
          .where('user_id', '=', userId)
          .where('ordinal', '>=', ordinal)
          .orderBy('ordinal')
          .limit(limit),
      toSession,
    ),
    nextUserId: prepare(
      ({ after }: { after: string }) => {
        const first = (table: 'user_state' | 'sessions' | 'messages' | 'turns') =>
          db
            .selectFrom(table)
            .select(({ fn }) => fn.min('user_id').as('user_id'))
            .where('user_id', '>', after);
        const all = first('user_state')
          .unionAll(first('sessions'))
          .unionAll(first('messages'))
          .unionAll(first('turns'));
        return db.selectFrom(all.as('firsts')).select(({ fn }) => fn.min('user_id').as('user_id'));
      },
      ([userId]: [string | null]) => userId ?? undefined,
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
