import type { Role } from '@chat/contract';
import type {
  MessageRecord,
  Position,
  SessionRecord,
  TurnRecord,
  UserRecord,
  UserState,
} from '../../chat/store.js';

// Each list of columns stands above the row it selects: the order of the two is one.

export interface OfUser {
  readonly userId: string;
}

export const messageColumns = [
  'seq',
  'id',
  'session_id',
  'session_seq',
  'role',
  'content',
  'timestamp',
  'delivered',
  'satisfied',
  'reply_to',
] as const;
type MessageRow = [number, string, string, number, Role, string, number, number, ...OptionalRow];
type OptionalRow = [satisfied: number | null, replyTo: string | null];

export function toMessage(row: MessageRow, { userId }: OfUser): MessageRecord {
  const [seq, id, sessionId, sessionSeq, role, content, timestamp, delivered, satisfied, replyTo] =
    row;
  const message: MessageRecord & { satisfied?: boolean; replyTo?: string } = {
    id,
    userId,
    seq,
    sessionId,
    sessionSeq,
    role,
    content,
    timestamp,
    delivered: delivered === 1,
  };
  if (satisfied !== null) message.satisfied = satisfied === 1;
  if (replyTo !== null) message.replyTo = replyTo;
  return message;
}

export const sessionColumns = [
  'sessions.id',
  'sessions.ordinal',
  'sessions.start_time',
  'sessions.last_message_time',
  'sessions.message_count',
  'sessions.ended',
] as const;
type SessionRow = [string, number, number, number, number, number];

export function toSession(row: SessionRow, { userId }: OfUser): SessionRecord {
  const [id, ordinal, startTime, lastMessageTime, messageCount, ended] = row;
  return { id, userId, ordinal, startTime, lastMessageTime, messageCount, ended: ended === 1 };
}

export const positionColumns = ['last_seq', 'last_timestamp', 'read_seq'] as const;
type PositionRow = [number, number, number];

export function toPosition([lastSeq, lastTimestamp, readSeq]: PositionRow): Position {
  return { lastSeq, lastTimestamp, readSeq };
}

export const stateColumns = [
  'user_state.last_seq',
  'user_state.last_timestamp',
  'user_state.read_seq',
  'user_state.session_count',
  'user_state.day',
  'user_state.day_chats',
  'user_state.day_messages',
  'user_state.response_count',
  'user_state.response_ms_total',
  'user_state.rated_count',
  'user_state.satisfied_count',
] as const;
type StateRow = [number, number, number, number, string, ...CounterRow, ...(SessionRow | null[])];
type CounterRow = [number, number, number, number, number, number];

/** The session's columns follow those of the state; all are null when there is none. */
export function toState(row: StateRow, user: OfUser): UserState {
  const state: UserState & { session?: SessionRecord } = {
    lastSeq: row[0],
    lastTimestamp: row[1],
    readSeq: row[2],
    sessionCount: row[3],
    day: row[4],
    dayChats: row[5],
    dayMessages: row[6],
    responseCount: row[7],
    responseMsTotal: row[8],
    ratedCount: row[9],
    satisfiedCount: row[10],
  };
  const session = row.slice(stateColumns.length);
  if (session[0] !== null) state.session = toSession(session as SessionRow, user);
  return state;
}

export const turnColumns = ['key', 'user_seq', 'reply_seq', 'created_at'] as const;
type TurnRow = [string, number, number | null, number];

export function toTurn(row: TurnRow, { userId }: OfUser): TurnRecord {
  const [key, userSeq, replySeq, createdAt] = row;
  const turn = { userId, key, userSeq, createdAt };
  return replySeq === null ? turn : { ...turn, replySeq };
}

export const userColumns = ['id', 'username', 'password_hash'] as const;
type UserRow = [string, string, string];

export function toUser([id, username, passwordHash]: UserRow): UserRecord {
  return { id, username, passwordHash };
}
