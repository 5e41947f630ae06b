import { createParser } from 'eventsource-parser';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { startOf, textsOf } from './body.js';
import { type Part, readPart } from './chunk.js';
import type { Answer } from './request.js';

/** One part of a stream is a few words; what is longer than this is not one. */
const eventMaxLength = 1_048_576;
/** What a whole answer has around its text, and how much longer JSON's escapes may make that. */
const wholeMargin = 65_536;
const escapedLength = 6;

/** The parts of an answer, streamed or, by servers that do not stream, in one. */
export function partsOf(
  answer: Answer,
  maxReplyLength: number,
  apiKey: string | undefined,
): AsyncGenerator<Part> {
  const type = answer.response.headers.get('content-type') ?? '';
  if (/\bjson\b/i.test(type)) return wholeParts(answer, maxReplyLength, apiKey);
  if (/\bhtml\b/i.test(type)) {
    throw new AssistantEndpointError(
      "The assistant's endpoint answered with a page for people: is this the address of an API?",
    );
  }
  return streamedParts(answer, apiKey);
}

async function* wholeParts(
  { response, patience }: Answer,
  maxReplyLength: number,
  apiKey: string | undefined,
): AsyncGenerator<Part> {
  const maxLength = wholeMargin + escapedLength * maxReplyLength;
  const { text, whole } = await startOf(response, patience, maxLength);
  if (!whole) {
    throw new AssistantEndpointError(
      `The assistant's endpoint sent an answer of more than ${maxLength} characters.`,
    );
  }
  yield readPart(text, apiKey);
}

async function* streamedParts(
  { response, patience }: Answer,
  apiKey: string | undefined,
): AsyncGenerator<Part> {
  const events: string[] = [];
  let tooLong = false;
  const parser = createParser({
    onEvent: ({ data }) => events.push(data),
    onError: ({ type }) => {
      tooLong ||= type === 'max-buffer-size-exceeded';
    },
    maxBufferSize: eventMaxLength,
  });
  let finished = false;
  try {
    for await (const text of textsOf(response, patience)) {
      parser.feed(text);
      for (const data of events.splice(0)) {
        if (data.trim() === '[DONE]') return;
        const part = readPart(data, apiKey);
        finished ||= part.finishReason !== undefined;
        yield part;
      }
      if (tooLong) {
        throw new AssistantEndpointError(
          `The assistant's endpoint sent a part of more than ${eventMaxLength} characters.`,
        );
      }
    }
  } catch (error) {
    // All was said: how the line ended after that is of no interest.
    if (!finished) throw error;
  }
  if (!finished) {
    throw new AssistantEndpointError("The assistant's endpoint ended its answer in the middle.");
  }
}
