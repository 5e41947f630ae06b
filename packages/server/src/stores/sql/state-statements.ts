import type { MessageRange, SessionRecord, UserState } from '../../domain/ports/store.js';
import { columns, join, raw, sql, upsert } from './fragment.js';
import {
  positionColumns,
  sessionColumns,
  stateColumns,
  toPosition,
  toSession,
  toState,
  type UserScoped,
} from './rows.js';
import type { Prepare } from './statement.js';

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

export function stateStatements(prepare: Prepare) {
  const session = columns(sessionColumns);
  return {
    position: prepare(
      ({ userId }: UserScoped) =>
        sql`select ${columns(positionColumns)} from user_state where user_id = ${userId}`,
      toPosition,
    ),
    state: prepare(
      ({ userId }: UserScoped) =>
        sql`select ${columns(stateColumns)}, ${session} from user_state
          left join sessions on sessions.user_id = user_state.user_id and sessions.ordinal = user_state.session_count
          where user_state.user_id = ${userId}`,
      toState,
    ),
    saveState: prepare((state: UserState & UserScoped) =>
      upsert('user_state', { user_id: state.userId }, stateColumnsOf(state)),
    ),
    saveSession: prepare((session: SessionRecord) =>
      upsert(
        'sessions',
        { user_id: session.userId, ordinal: session.ordinal },
        {
          first_seq: session.firstSeq,
          start_time: session.startTime,
          last_message_time: session.lastMessageTime,
          message_count: session.messageCount,
          content_bytes: session.contentBytes,
          ended: session.ended,
        },
        { id: session.id },
      ),
    ),
    session: prepare(
      ({ userId, sessionId }: UserScoped & { sessionId: string }) =>
        sql`select ${session} from sessions where user_id = ${userId} and id = ${sessionId}`,
      toSession,
    ),
    sessions: prepare(
      ({ userId, from, to }: UserScoped & MessageRange) =>
        sql`select ${session} from sessions
          where user_id = ${userId} and ordinal >= ${from} and ordinal <= ${to} order by ordinal`,
      toSession,
    ),
    sessionsFrom: prepare(
      ({ userId, ordinal, limit }: UserScoped & { ordinal: number; limit: number }) =>
        sql`select ${session} from sessions
          where user_id = ${userId} and ordinal >= ${ordinal} order by ordinal limit ${limit}`,
      toSession,
    ),
    nextUserId: prepare(
      ({ after }: { after: string }) => {
        const tables = ['user_state', 'sessions', 'messages', 'turns'].map(
          (table) =>
            sql`select min(user_id) as user_id from ${raw(table)} where user_id > ${after}`,
        );
        return sql`select min(user_id) from (${join(tables, ' union all ')}) as firsts`;
      },
      ([userId]: [string | null]) => userId ?? undefined,
    ),
  };
}
