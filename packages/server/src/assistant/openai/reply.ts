import type { AssistantRequest, Clock } from '../../chat/ports.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiSettings } from './options.js';
import { partsOf } from './parts.js';
import { toPrompt } from './prompt.js';
import { request } from './request.js';

/**
 * The pieces of one reply.
 * @throws {AssistantEndpointError} when the endpoint gives none, or not all of it
 */
export async function* reply(
  settings: OpenAiSettings,
  clock: Clock,
  { messages, signal }: AssistantRequest,
): AsyncGenerator<string> {
  const body = JSON.stringify({
    ...settings.parameters,
    model: settings.model,
    messages: toPrompt(messages, settings),
    stream: true,
  });
  const answer = await request(settings, body, clock, signal);
  try {
    yield* bounded(settings, answer);
  } finally {
    answer.patience.end();
  }
}

async function* bounded(
  { apiKey, maxReplyLength }: OpenAiSettings,
  answer: Parameters<typeof partsOf>[0],
): AsyncGenerator<string> {
  let left = maxReplyLength;
  let said = false;
  let reason: string | undefined;
  for await (const { text, finishReason } of partsOf(answer, maxReplyLength, apiKey)) {
    reason ??= finishReason;
    if (text === '') continue;
    if (text.length > left) {
      // Not through the middle of a character.
      yield text.slice(0, left).replace(/[\ud800-\udbff]$/, '');
      return;
    }
    left -= text.length;
    said ||= text.trim() !== '';
    yield text;
  }
  if (!said) {
    const why =
      reason === undefined ? '' : ` (finish_reason ${JSON.stringify(reason.slice(0, 40))})`;
    throw new AssistantEndpointError(`The assistant's endpoint gave an empty answer${why}.`);
  }
}
