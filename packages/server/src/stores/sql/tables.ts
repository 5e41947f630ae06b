import type { ColumnType } from 'kysely';
import type { Flag, MessageTable } from './message-table.js';

/** The tables as Kysely types; `migrations.ts` creates them. */
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
    /** The newest request to stop a reply. */
    stop_request: ColumnType<string | null, string | undefined, string | undefined>;
  };
  sessions: {
    user_id: string;
    ordinal: number;
    id: string;
    start_time: number;
    last_message_time: number;
    message_count: number;
    content_bytes: number;
    ended: Flag;
  };
  messages: MessageTable;
  turns: {
    user_id: string;
    key: string;
    user_seq: number;
    reply_seq: ColumnType<number | null, number | undefined, number | undefined>;
    created_at: number;
  };
  revocations: { user_id: string; id: string; expires_at: number };
  schema_version: { version: number };
}
