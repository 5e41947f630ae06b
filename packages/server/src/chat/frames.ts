import type { FrameData, ServerFrame, StatusEvent } from '@chat/contract';
import { presentTime, statusOf } from './present.js';
import type { MessageRecord } from './store.js';

// Frames leave as text, made once however many sockets they go to. Those of every message are put
// together from their parts, in half the time that it takes to write an object.
const quoted = (text: string): string => JSON.stringify(text);

/** A stored message as a frame; `clientId` acknowledges the frame it came from. */
export function messageFrame(record: MessageRecord, readSeq: number, clientId?: string): string {
  const { role, content, timestamp, id, sessionId, replyTo } = record;
  const who = `"role":"${role}","content":${quoted(content)},"timestamp":"${presentTime(timestamp)}"`;
  const which = `"id":${quoted(id)},"sessionId":${quoted(sessionId)},"status":"${statusOf(record, readSeq)}"`;
  const answers = replyTo === undefined ? '' : `,"replyTo":${quoted(replyTo)}`;
  const acknowledged = clientId === undefined ? '' : `,"clientId":${quoted(clientId)}`;
  return `{"type":"message","data":{${who},${which}${answers}${acknowledged}}}`;
}

export type StatusDetails = Partial<Omit<FrameData, 'event' | 'timestamp'>> & {
  /** A sentence that a person can read, or the piece of a reply. */
  readonly content: string;
};

/**
 * A status frame. Its role is `system` unless `details` say otherwise.
 * @param now milliseconds since the epoch
 */
export function statusFrame(event: StatusEvent, now: number, details: StatusDetails): string {
  const data: FrameData = { role: 'system', timestamp: presentTime(now), event, ...details };
  const frame: ServerFrame = { type: 'status', data };
  return JSON.stringify(frame);
}

export function typingFrame(now: number, sessionId: string): string {
  const said = '"role":"assistant","event":"typing","content":"The assistant is typing."';
  const when = `"timestamp":"${presentTime(now)}","sessionId":${quoted(sessionId)}`;
  return `{"type":"status","data":{${said},${when}}}`;
}

/** A piece of the reply that will be stored as the message `id`. */
export function deltaFrame(now: number, sessionId: string, id: string, piece: string): string {
  return statusFrame('delta', now, { role: 'assistant', content: piece, id, sessionId });
}
