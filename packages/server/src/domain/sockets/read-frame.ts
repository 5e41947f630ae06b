import {
  type ClientFrame,
  describeFirstIssue,
  type MessageFrame,
  MessageFrameSchema,
  protocolDefaults,
  ReadFrameSchema,
  validateContent,
} from '@chat/contract';
import * as z from 'zod/mini';

const validTraceparent = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** A valid frame, or one sentence that explains why it is invalid. */
export type FrameResult =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly issue: string; readonly id?: string };

/** @param contentMaxLength code points after trimming */
export function readFrame(data: string | Uint8Array, contentMaxLength: number): FrameResult {
  if (typeof data !== 'string') return invalid('A frame must be text: binary frames are not read.');
  const value = parse(data);
  if (value === undefined) return invalid('A frame must be JSON.');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid('A frame must be a JSON object.');
  }
  const { type, id } = value as { type?: unknown; id?: unknown };
  const idIssue = id === undefined ? undefined : validateFrameId(id);
  if (idIssue !== undefined) return invalid(`Field "id" ${idIssue}`);
  if (type === 'message') return readMessage(value, contentMaxLength, id as string | undefined);
  if (type === 'read') return readReceipt(value, id as string | undefined);
  if (type === 'stop') return readStop(id as string | undefined);
  return invalid('Field "type" must be "message", "read" or "stop".', id as string | undefined);
}

function readMessage(value: object, maxLength: number, id: string | undefined): FrameResult {
  const { content, traceparent } = value as { content?: unknown; traceparent?: unknown };
  // The other fields are validated above. The schema is slow, so it is used only to create the message.
  if (typeof content !== 'string')
    return invalid(describeFrameIssue(MessageFrameSchema, value), id);
  const issue = validateContent(content, maxLength);
  if (issue !== undefined) return invalid(`Field "content" ${issue}`, id);
  const type = 'message';
  const frame: MessageFrame = id === undefined ? { type, content } : { type, content, id };
  // An invalid one is ignored, as W3C Trace Context requires.
  if (typeof traceparent === 'string' && validTraceparent.test(traceparent)) {
    frame.traceparent = traceparent;
  }
  return { ok: true, frame };
}

function readReceipt(value: object, id: string | undefined): FrameResult {
  return id === undefined
    ? invalid(describeFrameIssue(ReadFrameSchema, value))
    : { ok: true, frame: { type: 'read', id } };
}

function readStop(id: string | undefined): FrameResult {
  return { ok: true, frame: id === undefined ? { type: 'stop' } : { type: 'stop', id } };
}

function describeFrameIssue(
  schema: typeof MessageFrameSchema | typeof ReadFrameSchema,
  value: object,
): string {
  return describeFirstIssue(z.safeParse(schema, value).error?.issues ?? [], value, 'A frame');
}

function invalid(issue: string, id?: string): FrameResult {
  return id === undefined ? { ok: false, issue } : { ok: false, issue, id };
}

/**
 * Returns `undefined` for invalid JSON; JSON itself has no `undefined`. Like a request body, a frame may begin with a byte
 * order mark.
 */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** An id is stored and returned, so it must be valid text for every database. */
function validateFrameId(id: unknown): string | undefined {
  if (typeof id !== 'string') return 'must be a string.';
  const max = protocolDefaults.frameIdMaxLength;
  // A code point has one or two code units.
  const isLong = id.length > max && (id.length > max * 2 || [...id].length > max);
  if (id === '' || isLong) return `must be 1 to ${max} characters long.`;
  if (id.includes('\u0000')) return 'must not contain the NUL character (U+0000).';
  if (!id.isWellFormed()) return 'must be well-formed Unicode: it contains a lone surrogate.';
  return undefined;
}
