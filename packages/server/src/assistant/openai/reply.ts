import type { AssistantRequest, Clock } from '../../chat/ports.js';
import type { OpenAiSettings } from './options.js';
import { piecesOf } from './pieces.js';
import { toPrompt } from './prompt.js';

/**
 * The pieces of one reply, no longer than the settings allow.
 * @throws {AssistantEndpointError} when the endpoint gives none, or not all of it
 */
export async function* reply(
  settings: OpenAiSettings,
  clock: Clock,
  { messages, signal }: AssistantRequest,
): AsyncGenerator<string> {
  let left = settings.maxReplyLength;
  for await (const text of piecesOf(settings, clock, toPrompt(messages, settings), signal)) {
    if (text.length > left) {
      // Not through the middle of a character.
      yield text.slice(0, left).replace(/[\ud800-\udbff]$/, '');
      return;
    }
    left -= text.length;
    yield text;
  }
}
