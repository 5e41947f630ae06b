import type { Assistant, Clock } from '../../domain/ports/index.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { type OpenAiAssistantOptions, resolveOptions } from './options.js';
import { streamReply } from './stream-reply.js';

/**
 * An assistant that calls a model through the chat completions API of OpenAI or of a compatible server: Ollama, vLLM,
 * LM Studio, llama.cpp, Azure and most gateways. The reply is streamed. When the call fails, the user's message stays stored, and a request
 * with the same idempotency key calls the model again; the log has the reason, an {@link AssistantEndpointError}.
 *
 * @throws TypeError when an option is unknown, or a URL, a key, a model or a header is invalid
 * @throws RangeError when a number is invalid
 * @example
 * ```ts
 * import { createChatServer, openAiAssistant } from '@chat/server';
 *
 * const app = await createChatServer({
 *   users: [{ username: 'ada', password: 's3cret' }],
 *   assistant: openAiAssistant({ baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.2' }),
 * });
 * ```
 */
export function openAiAssistant(options: OpenAiAssistantOptions): Assistant {
  return createAssistant(options, systemClock);
}

/** The same, with another clock. */
export function createAssistant(options: OpenAiAssistantOptions, clock: Clock): Assistant {
  const settings = resolveOptions(options);
  return {
    contextMessages: settings.contextMessages,
    reply: (request) => streamReply(settings, clock, request),
  };
}
