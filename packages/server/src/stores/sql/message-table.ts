import type { Role } from '@chat/contract';
import type { MessageRecord } from '../../domain/ports/store.js';
import type { Values } from './fragment.js';
import type { UserScoped, Writable } from './rows.js';

// All that SQL statements know about the fields of a message; `migrations.ts` adds the columns.

/** The values of a new message. */
export function messageValues(message: MessageRecord): Values {
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
