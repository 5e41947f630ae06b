import type { FrameData, ServerFrame, StatusEvent } from '@chat/contract';
import type { MessageRecord } from '../ports/store.js';
import { detailMembers, serializeTime, statusOf } from './serialize.js';

// A frame is serialized once for all sockets. Frequent frames are concatenated, which takes half the time of
// JSON.stringify.
const quote = (text: string): string => JSON.stringify(text);

/** The frame of a stored message. `clientId` acknowledges the client's frame. */
export function messageFrame(record: MessageRecord, readSeq: number, clientId?: string): string {
  const { role, content, timestamp, id, sessionId } = record;
  const body = `"role":"${role}","content":${quote(content)},"timestamp":"${serializeTime(timestamp)}"`;
  const identity = `"id":${quote(id)},"sessionId":${quote(sessionId)},"status":"${statusOf(record, readSeq)}"`;
  const acknowledgement = clientId === undefined ? '' : `,"clientId":${quote(clientId)}`;
  return `{"type":"message","data":{${body},${identity}${detailMembers(record)}${acknowledgement}}}`;
}

export type StatusDetails = Partial<Omit<FrameData, 'event' | 'timestamp'>> & {
  /** Readable text, or a delta of the reply. */
  readonly content: string;
};

/**
 * A status frame. Its role is `system` unless `details` contains another one.
 * @param now milliseconds since the epoch
 */
export function statusFrame(event: StatusEvent, now: number, details: StatusDetails): string {
  const data: FrameData = { role: 'system', timestamp: serializeTime(now), event, ...details };
  const frame: ServerFrame = { type: 'status', data };
  return JSON.stringify(frame);
}

/** The assistant generates a reply to this question. */
export function typingFrame(
  now: number,
  { id, sessionId }: Pick<MessageRecord, 'id' | 'sessionId'>,
): string {
  const content = '"role":"assistant","event":"typing","content":"The assistant is typing."';
  const time = `"timestamp":"${serializeTime(now)}","sessionId":${quote(sessionId)}`;
  return `{"type":"status","data":{${content},${time},"replyTo":${quote(id)}}}`;
}

/** A delta of a reply. */
export interface Delta {
  /** The id of the message that will contain the reply. */
  readonly id: string;
  readonly sessionId: string;
  /** The position of the delta in the reply, in UTF-16 code units. */
  readonly offset: number;
  readonly content: string;
}

/** A delta of the reply that will be stored as the message `id`. */
export function deltaFrame(now: number, { id, sessionId, offset, content }: Delta): string {
  return statusFrame('delta', now, { role: 'assistant', content, id, sessionId, offset });
}

/** The reply to the message `id` was stopped before it had text. */
export function stoppedFrame(now: number, sessionId: string, id: string): string {
  return statusFrame('stopped', now, { content: 'The reply was stopped.', id, sessionId });
}
