import type {
  IdempotencyRecord,
  SessionRecord,
  UserPosition,
  UserRecord,
  UserState,
} from '../../domain/ports/store.js';

// Each list of columns is above its row type; both have the same order.
// Fields are set one by one: copying an object with `...` costs more than reading its row.

export type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

export interface UserScoped {
  readonly userId: string;
}

export const sessionColumns = [
  'sessions.id',
  'sessions.ordinal',
  'sessions.first_seq',
  'sessions.start_time',
  'sessions.last_message_time',
  'sessions.message_count',
  'sessions.content_bytes',
  'sessions.ended',
] as const;
type SessionRow = [string, number, number, number, number, number, number, number];

export function toSession(row: SessionRow, { userId }: UserScoped): SessionRecord {
  const [id, ordinal, firstSeq, startTime, lastMessageTime, messageCount, contentBytes, ended] =
    row;
  return {
    id,
    userId,
    ordinal,
    firstSeq,
    startTime,
    lastMessageTime,
    messageCount,
    contentBytes,
    ended: ended === 1,
  };
}

export const positionColumns = ['last_seq', 'last_timestamp', 'read_seq'] as const;
type PositionRow = [number, number, number];

export function toPosition([lastSeq, lastTimestamp, readSeq]: PositionRow): UserPosition {
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
  'user_state.stop_request',
] as const;
type StateRow = [
  ...[number, number, number, number, string],
  ...CounterRow,
  stopRequest: string | null,
  ...(SessionRow | null[]),
];
type CounterRow = [number, number, number, number, number, number];

/** The columns of the session follow those of the state; all are null when there is no session. */
export function toState(row: StateRow, user: UserScoped): UserState {
  const state: Writable<UserState> = {
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
  if (row[11] !== null) state.stopRequest = row[11];
  const session = row.slice(stateColumns.length);
  if (session[0] !== null) state.session = toSession(session as SessionRow, user);
  return state;
}

export const turnColumns = ['key', 'user_seq', 'reply_seq', 'created_at'] as const;
type TurnRow = [string, number, number | null, number];

export function toTurn(row: TurnRow, { userId }: UserScoped): IdempotencyRecord {
  const [key, userSeq, replySeq, createdAt] = row;
  const turn: Writable<IdempotencyRecord> = { userId, key, userSeq, createdAt };
  if (replySeq !== null) turn.replySeq = replySeq;
  return turn;
}

export const userColumns = ['id', 'username', 'password_hash'] as const;
type UserRow = [string, string, string];

export function toUser([id, username, passwordHash]: UserRow): UserRecord {
  return { id, username, passwordHash };
}
