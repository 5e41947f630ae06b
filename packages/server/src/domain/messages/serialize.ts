import { type ChatSession, type MessageDetails, messageDetails } from '@chat/contract';
import type { MessageRecord, SessionRecord } from '../ports/store.js';
import type { StoredMessage } from './stored-message.js';

const dayMs = 86_400_000;
let cachedDay = Number.NaN;
let cachedDateText = '';
let cachedTime = Number.NaN;
let cachedTimeText = '';

/** Formats a time as ISO 8601 in UTC with milliseconds. */
export function serializeTime(time: number): string {
  // Under load many frames have the same millisecond.
  if (time !== cachedTime) {
    cachedTimeText = timeText(time);
    cachedTime = time;
  }
  return cachedTimeText;
}

function timeText(time: number): string {
  const day = Math.floor(time / dayMs);
  // Most messages of a response have the same date, which is slow to compute.
  if (day !== cachedDay) {
    cachedDateText = new Date(time).toISOString().slice(0, -'00:00:00.000Z'.length);
    cachedDay = day;
  }
  const ms = time - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${padDigits(Math.floor(minutes / 60))}:${padDigits(minutes % 60)}:${padDigits(seconds % 60)}`;
  return `${cachedDateText}${clock}.${padDigits(ms % 1000, 3)}Z`;
}

function padDigits(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** Serializes a stored message. The user has read all messages up to `readSeq`. */
export function serializeMessage(record: MessageRecord, readSeq: number): StoredMessage {
  const message: StoredMessage = {
    role: record.role,
    content: record.content,
    timestamp: serializeTime(record.timestamp),
    id: record.id,
    sessionId: record.sessionId,
    status: statusOf(record, readSeq),
  };
  copyDetails(record, message);
  return message;
}

const detailNames = Object.keys(messageDetails) as (keyof MessageDetails)[];

/** Copies the details that a message has: those that are neither `undefined` nor `false`. */
export function copyDetails(from: MessageDetails, to: MessageDetails): void {
  for (const name of detailNames) copyDetail(name, from, to);
}

/** The same details as members of a JSON object, each with a comma before it. */
export function detailMembers(message: MessageDetails): string {
  let members = '';
  for (const name of detailNames) {
    const value = message[name];
    if (value !== undefined && value !== false) members += `,"${name}":${JSON.stringify(value)}`;
  }
  return members;
}

function copyDetail<Name extends keyof MessageDetails>(
  name: Name,
  from: MessageDetails,
  to: MessageDetails,
): void {
  const value = from[name];
  if (value !== undefined && value !== false) to[name] = value;
}

export function statusOf(record: MessageRecord, readSeq: number): StoredMessage['status'] {
  if (record.seq <= readSeq) return 'read';
  return record.delivered ? 'delivered' : 'sent';
}

export function serializeSession(record: SessionRecord): ChatSession {
  return {
    id: record.id,
    userId: record.userId,
    startTime: serializeTime(record.startTime),
    lastMessageTime: serializeTime(record.lastMessageTime),
    messageCount: record.messageCount,
  };
}
