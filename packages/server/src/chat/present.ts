import type { ChatSession, Message } from '@chat/contract';
import type { MessageRecord, SessionRecord } from './store.js';

let presentedTime = 0;
let presented = new Date(presentedTime).toISOString();

/** A point in time as the wire shows it: ISO 8601, UTC, milliseconds. */
export function presentTime(time: number): string {
  // Under load many frames carry the same millisecond.
  if (time !== presentedTime) {
    presented = new Date(time).toISOString();
    presentedTime = time;
  }
  return presented;
}

/** A stored message as the wire shows it; `readSeq` is its user's watermark. */
export function presentMessage(record: MessageRecord, readSeq: number): Required<Message> {
  return {
    role: record.role,
    content: record.content,
    timestamp: presentTime(record.timestamp),
    id: record.id,
    sessionId: record.sessionId,
    status: statusOf(record, readSeq),
  };
}

function statusOf(record: MessageRecord, readSeq: number): Required<Message>['status'] {
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
