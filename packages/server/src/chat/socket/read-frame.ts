import {
  type ClientFrame,
  contentProblem,
  defaults,
  explainIssues,
  MessageFrame,
  ReadFrame,
} from '@chat/contract';
import * as z from 'zod/mini';

/** A frame that can be worked on, or the sentence that says what is wrong with it. */
export type FrameReading =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly problem: string; readonly id?: string };

/** @param contentMaxLength code points after trimming */
export function readFrame(data: string | Uint8Array, contentMaxLength: number): FrameReading {
  if (typeof data !== 'string') return bad('A frame must be text: binary frames are not read.');
  const value = parse(data);
  if (value === undefined) return bad('A frame must be JSON.');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('A frame must be a JSON object.');
  }
  const { type, id } = value as { type?: unknown; id?: unknown };
  const idProblem = id === undefined ? undefined : frameIdProblem(id);
  if (idProblem !== undefined) return bad(`Field "id" ${idProblem}`);
  if (type === 'message') return readMessage(value, contentMaxLength, id as string | undefined);
  if (type === 'read') return readReceipt(value, id as string | undefined);
  return bad('Field "type" must be "message" or "read".', id as string | undefined);
}

function readMessage(value: object, maxLength: number, id: string | undefined): FrameReading {
  const { content } = value as { content?: unknown };
  // All else was looked at above: the schema is asked only for what to say, it costs more than the rest.
  if (typeof content !== 'string') return bad(whatIsWrong(MessageFrame, value), id);
  const problem = contentProblem(content, maxLength);
  if (problem !== undefined) return bad(`Field "content" ${problem}`, id);
  const type = 'message';
  return { ok: true, frame: id === undefined ? { type, content } : { type, content, id } };
}

function readReceipt(value: object, id: string | undefined): FrameReading {
  return id === undefined
    ? bad(whatIsWrong(ReadFrame, value))
    : { ok: true, frame: { type: 'read', id } };
}

function whatIsWrong(schema: typeof MessageFrame | typeof ReadFrame, value: object): string {
  return explainIssues(z.safeParse(schema, value).error?.issues ?? [], value, 'A frame');
}

function bad(problem: string, id?: string): FrameReading {
  return id === undefined ? { ok: false, problem } : { ok: false, problem, id };
}

/** JSON has no `undefined`: that is free to say "no JSON". */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What counts are the characters a client's author sees: each is one or two code units. */
function isLongerThan(max: number, text: string): boolean {
  return text.length > max && (text.length > max * 2 || [...text].length > max);
}

/** An id is stored and said back, so it keeps to what every database takes. */
function frameIdProblem(id: unknown): string | undefined {
  if (typeof id !== 'string') return 'must be a string.';
  const max = defaults.frameIdMaxLength;
  if (id.length < 1 || isLongerThan(max, id)) return `must be 1 to ${max} characters long.`;
  if (id.includes('\u0000')) return 'must not contain the NUL character (U+0000).';
  if (!id.isWellFormed()) return 'must be well-formed Unicode: it contains a lone surrogate.';
  return undefined;
}
