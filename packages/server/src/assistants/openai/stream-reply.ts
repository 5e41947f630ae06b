import type { AssistantRequest, Clock, ReplyEnd } from '../../domain/ports/index.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { CompletionReader, webPage } from './completion-reader.js';
import type { OpenAiSettings } from './options.js';
import { toPrompt } from './prompt.js';
import { request } from './request.js';
import { readText } from './response-body.js';

/** Far more than any reply: stops an endpoint that sends chunks without an end. */
const maxResponseLength = 100_000_000;
/** After a finish reason the endpoint may send usage data and `[DONE]`, but the reply does not wait longer for them. */
const maxTrailerMs = 1_000;

/**
 * The chunks of one reply, cut at the maximum length.
 * @throws {AssistantEndpointError} when the endpoint sends no reply, or not all of it
 */
export async function* streamReply(
  settings: OpenAiSettings,
  clock: Clock,
  { messages, signal }: AssistantRequest,
): AsyncGenerator<string, ReplyEnd | undefined> {
  let left = settings.maxReplyLength;
  const deltas = streamCompletion(settings, clock, toPrompt(messages, settings), signal);
  try {
    while (true) {
      const step = await deltas.next();
      if (step.done === true) return step.value;
      const text = step.value;
      if (text.length > left) {
        // Not in the middle of a character.
        yield text.slice(0, left).replace(/[\ud800-\udbff]$/, '');
        return { truncated: 'length' };
      }
      left -= text.length;
      if (text !== '') yield text;
    }
  } finally {
    await deltas.return(undefined);
  }
}

async function* streamCompletion(
  settings: OpenAiSettings,
  clock: Clock,
  messages: ReturnType<typeof toPrompt>,
  signal: AbortSignal,
): AsyncGenerator<string, ReplyEnd | undefined> {
  const { model, parameters } = settings;
  const body = JSON.stringify({ ...parameters, model, messages, stream: true });
  const { response, timeout } = await request(settings, body, clock, signal);
  const reader = new CompletionReader(settings);
  let length = 0;
  try {
    if (/\bhtml\b/i.test(response.headers['content-type'] ?? '')) throw webPage();
    const text = readText(response, timeout)[Symbol.asyncIterator]();
    while (true) {
      const step = await text.next().catch((error: unknown) => {
        signal.throwIfAborted();
        // The reply is complete: a lost connection after it does not matter.
        if (reader.finished) return undefined;
        throw error;
      });
      if (step === undefined) {
        yield reader.finish();
        break;
      }
      if (step.done === true) {
        yield* reader.end();
        break;
      }
      length += step.value.length;
      if (length > maxResponseLength) {
        throw new AssistantEndpointError(
          `The assistant's endpoint sent more than ${maxResponseLength} characters.`,
        );
      }
      yield* reader.add(step.value);
      if (reader.finished) timeout.expireIn(maxTrailerMs);
      else timeout.reset();
    }
    return reader.truncation;
  } finally {
    timeout.dispose();
    response.destroy();
  }
}
