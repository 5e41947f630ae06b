import type { FrameData, ServerFrame, StatusEvent } from '@chat/contract';
import { presentMessage, presentTime } from './present.js';
import type { MessageRecord } from './store.js';

// Frames leave as text, made once however many sockets they go to.

/** A stored message as a frame; `clientId` acknowledges the frame it came from. */
export function messageFrame(record: MessageRecord, readSeq: number, clientId?: string): string {
  const data: FrameData = presentMessage(record, readSeq);
  if (clientId !== undefined) data.clientId = clientId;
  return encode({ type: 'message', data });
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
  return encode({ type: 'status', data });
}

export function typingFrame(now: number, sessionId: string): string {
  const content = 'The assistant is typing.';
  return statusFrame('typing', now, { role: 'assistant', content, sessionId });
}

/** A piece of the reply that will be stored as the message `id`. */
export function deltaFrame(now: number, sessionId: string, id: string, piece: string): string {
  return statusFrame('delta', now, { role: 'assistant', content: piece, id, sessionId });
}

function encode(frame: ServerFrame): string {
  return JSON.stringify(frame);
}
