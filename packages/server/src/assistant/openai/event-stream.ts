import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { bytesOf, startOf } from './body.js';
import { parse } from './failure.js';
import type { Answer } from './request.js';

/** One part of a stream is a few words; what is longer than this is not one. */
const partMaxBytes = 1_048_576;
/** What a whole answer has around its text, and how much longer JSON's escapes may make that. */
const wholeMargin = 65_536;
const escapedLength = 6;
const lineFeed = 0x0a;

/**
 * An answer as the stream that was asked for, also when it is none: servers that do not stream answer in
 * one. Nothing without an end is kept.
 */
export function eventStreamOf(
  answer: Answer,
  maxReplyLength: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const type = answer.response.headers.get('content-type') ?? '';
  if (/\bhtml\b/i.test(type)) {
    throw new AssistantEndpointError(
      "The assistant's endpoint answered with a page for people: is this the address of an API?",
    );
  }
  return /\bjson\b/i.test(type) ? whole(answer, maxReplyLength) : bounded(answer);
}

async function* bounded({ response, patience }: Answer): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let length = 0;
  for await (const bytes of bytesOf(response, patience)) {
    const end = bytes.lastIndexOf(lineFeed);
    length = end === -1 ? length + bytes.length : bytes.length - end - 1;
    if (length > partMaxBytes) {
      throw new AssistantEndpointError(
        `The assistant's endpoint sent a part of more than ${partMaxBytes} bytes.`,
      );
    }
    yield bytes;
  }
}

/** One event with all of it: what a whole answer calls `message`, a part of it calls `delta`. */
async function* whole(
  { response, patience }: Answer,
  maxReplyLength: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const maxLength = wholeMargin + escapedLength * maxReplyLength;
  const { text, whole } = await startOf(response, patience, maxLength);
  if (!whole) {
    throw new AssistantEndpointError(
      `The assistant's endpoint sent an answer of more than ${maxLength} characters.`,
    );
  }
  const body = parse(text) as { choices?: readonly { message?: unknown }[] } | null | undefined;
  const event = Array.isArray(body?.choices)
    ? { ...body, choices: body.choices.map((choice) => ({ ...choice, delta: choice?.message })) }
    : (body ?? null);
  yield new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`);
}
