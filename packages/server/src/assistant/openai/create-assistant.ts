import type { Assistant, AssistantRequest, Clock } from '../../chat/ports.js';
import { type OpenAiAssistantOptions, type OpenAiSettings, toSettings } from './options.js';

/** The store is asked for no more than this, whatever the budget would allow. */
const contextMessages = 100;

/** The assistant of these options, on a clock of whoever makes it. */
export function createAssistant(options: OpenAiAssistantOptions, clock: Clock): Assistant {
  const settings = toSettings(options);
  return { contextMessages, reply: (request) => replyLazily(settings, clock, request) };
}

/** Who has no such assistant does not load what speaks to one. */
async function* replyLazily(
  settings: OpenAiSettings,
  clock: Clock,
  request: AssistantRequest,
): AsyncGenerator<string> {
  const { reply } = await import('./reply.js');
  yield* reply(settings, clock, request);
}
