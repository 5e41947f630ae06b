import { systemClock } from '../../chat/clock.js';
import type { Assistant } from '../../chat/ports.js';
import { createAssistant } from './create-assistant.js';
import type { OpenAiAssistantOptions } from './options.js';

/**
 * Lets a model answer, over the chat completions of OpenAI or of anything that speaks as it does:
 * Ollama, vLLM, llama.cpp and most gateways. The reply is streamed. When it fails, the user's message
 * is stored all the same, and the same idempotency key asks again; the reason, an
 * {@link AssistantEndpointError}, is in the log.
 *
 * @throws TypeError when an address, a key, a model or a header cannot be used
 * @throws RangeError when a figure cannot be used
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
