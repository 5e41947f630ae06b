import type { ChatSession } from '@chat/contract';
import type { MessageRecord, SessionRecord } from './store.js';
import type { StoredMessage } from './stored-message.js';

const dayMs = 86_400_000;
let presentedDay = Number.NaN;
let dateText = '';
let presentedTime = Number.NaN;
let presented = '';

/** A point in time as the wire shows it: ISO 8601, UTC, milliseconds. */
export function presentTime(time: number): string {
  // Under load many frames carry the same millisecond.
  if (time !== presentedTime) {
    presented = timeText(time);
    presentedTime = time;
  }
  return presented;
}

function timeText(time: number): string {
  const day = Math.floor(time / dayMs);
  // Most of what is shown together is of one day; only its date is worth asking the calendar for.
  if (day !== presentedDay) {
    dateText = new Date(time).toISOString().slice(0, -'00:00:00.000Z'.length);
    presentedDay = day;
  }
  const ms = time - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}:${digits(seconds % 60)}`;
  return `${dateText}${clock}.${digits(ms % 1000, 3)}Z`;
}

function digits(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** A stored message as the wire shows it; `readSeq` is its user's watermark. */
export function presentMessage(record: MessageRecord, readSeq: number): StoredMessage {
  const message: StoredMessage = {
    role: record.role,
    content: record.content,
    timestamp: presentTime(record.timestamp),
    id: record.id,
    sessionId: record.sessionId,
    status: statusOf(record, readSeq),
  };
  if (record.replyTo !== undefined) message.replyTo = record.replyTo;
  return message;
}

export function statusOf(record: MessageRecord, readSeq: number): StoredMessage['status'] {
  if (record.seq <= readSeq) return 'read';
  return record.delivered ? 'delivered' : 'sent';
}

export function presentSession(record: SessionRecord): ChatSession {
  return {
    id: record.id,
    userId: record.userId,
    startTime: presentTime(record.startTime),
    lastMessageTime: presentTime(record.lastMessageTime),
    messageCount: record.messageCount,
  };
}
