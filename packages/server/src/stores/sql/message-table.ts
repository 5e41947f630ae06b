import type { Role } from '@chat/contract';
import type { ColumnType, Insertable } from 'kysely';
import type { MessageRecord } from '../../domain/ports/store.js';
import type { UserScoped, Writable } from './rows.js';

// All that SQL statements know about the fields of a message; `migrations.ts` adds the columns.

/** The two drivers return booleans differently, so they are stored as 0 and 1. */
export type Flag = ColumnType<number, number | boolean, number | boolean>;
type OptionalFlag = ColumnType<number | null, boolean | undefined, boolean | undefined>;
type OptionalText = ColumnType<string | null, string | undefined, string | undefined>;

export interface MessageTable {
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
  /** The id of the message that this one replies to. */
  reply_to: OptionalText;
  /** Why a reply was cut off. */
  truncated: OptionalText;
  /** Whether a reply was stopped. */
  stopped: OptionalFlag;
}

/** The values of a new message. */
export function messageValues(message: MessageRecord): Insertable<MessageTable> {
  return {
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
    reply_to: message.replyTo,
    truncated: message.truncated,
    stopped: message.stopped,
  };
}

/** In the order of {@link MessageRow}. */
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
  'truncated',
  'stopped',
] as const;
type MessageRow = [number, string, string, number, Role, string, number, number, ...OptionalRow];
type OptionalRow = [
  satisfied: number | null,
  replyTo: string | null,
  truncated: string | null,
  stopped: number | null,
];

export function toMessage(row: MessageRow, { userId }: UserScoped): MessageRecord {
  const [seq, id, sessionId, sessionSeq, role, content, timestamp, delivered, ...optional] = row;
  const [satisfied, replyTo, truncated, stopped] = optional;
  const message: Writable<MessageRecord> = {
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
  if (truncated !== null) message.truncated = truncated;
  if (stopped === 1) message.stopped = true;
  return message;
}
