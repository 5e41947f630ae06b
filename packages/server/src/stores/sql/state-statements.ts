import type { Kysely } from 'kysely';
import type { MessageRange, SessionRecord, UserState } from '../../domain/ports/store.js';
import {
  positionColumns,
  sessionColumns,
  stateColumns,
  toPosition,
  toSession,
  toState,
  type UserScoped,
} from './rows.js';
import { excluded, prepare } from './statement.js';
import type { Tables } from './tables.js';

export function stateColumnsOf(state: UserState) {
  return {
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
    stop_request: state.stopRequest,
  };
}

export function stateStatements(db: Kysely<Tables>) {
  return {
    position: prepare(
      ({ userId }: UserScoped) =>
        db.selectFrom('user_state').select(positionColumns).where('user_id', '=', userId),
      toPosition,
    ),
    state: prepare(
      ({ userId }: UserScoped) =>
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
    saveState: prepare((state: UserState & UserScoped) => {
      const counters = stateColumnsOf(state);
      return db
        .insertInto('user_state')
        .values({ user_id: state.userId, ...counters })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet(excluded(counters)));
    }),
    saveSession: prepare((session: SessionRecord) => {
      const changing = {
        id: session.id,
        start_time: session.startTime,
        last_message_time: session.lastMessageTime,
        message_count: session.messageCount,
        content_bytes: session.contentBytes,
        ended: session.ended,
      };
      return db
        .insertInto('sessions')
        .values({ user_id: session.userId, ordinal: session.ordinal, ...changing })
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'ordinal']).doUpdateSet(excluded(changing)),
        );
    }),
    session: prepare(
      ({ userId, sessionId }: UserScoped & { sessionId: string }) =>
        db
          .selectFrom('sessions')
          .select(sessionColumns)
          .where('id', '=', sessionId)
          .where('user_id', '=', userId),
      toSession,
    ),
    sessions: prepare(
      ({ userId, from, to }: UserScoped & MessageRange) =>
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
      ({ userId, ordinal, limit }: UserScoped & { ordinal: number; limit: number }) =>
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
