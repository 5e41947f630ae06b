import type { Role } from '@chat/contract';
import type { ColumnType } from 'kysely';

/** Neither engine's driver gives booleans alike: they are kept as 0 and 1. */
type Flag = ColumnType<number, number | boolean, number | boolean>;
type OptionalFlag = ColumnType<number | null, boolean | undefined, boolean | undefined>;

/** The tables as Kysely sees them; `migrations.ts` makes them. */
export interface Tables {
  users: { id: string; username: string; password_hash: string };
  user_state: {
    user_id: string;
    last_seq: number;
    last_timestamp: number;
    read_seq: number;
    /** Also the ordinal of the newest session. */
    session_count: number;
    day: string;
    day_chats: number;
    day_messages: number;
    response_count: number;
    response_ms_total: number;
    rated_count: number;
    satisfied_count: number;
  };
  sessions: {
    user_id: string;
    ordinal: number;
    id: string;
    start_time: number;
    last_message_time: number;
    message_count: number;
    ended: Flag;
  };
  messages: {
    user_id: string;
    seq: number;
    id: string;
    session_id: string;
    session_seq: number;
    role: Role;
    content: string;
    timestamp: number;
    delivered: Flag;
    satisfied: OptionalFlag;
    /** The id of the message that this one answers. */
    reply_to: ColumnType<string | null, string | undefined, string | undefined>;
  };
  turns: {
    user_id: string;
    key: string;
    user_seq: number;
    reply_seq: ColumnType<number | null, number | undefined, number | undefined>;
    created_at: number;
  };
  revocations: { jti: string; expires_at: number };
  schema_version: { version: number };
}
