import { openAiAssistant } from '../assistant/openai/openai-assistant.js';
import type { Assistant } from '../chat/ports.js';
import { SettingError } from './setting-error.js';

/** How the program is told who answers. */
export interface AssistantPlace {
  readonly assistantUrl: string | undefined;
  readonly assistantKey: string | undefined;
  readonly assistantModel: string | undefined;
  readonly assistantPrompt: string | undefined;
}

/**
 * The assistant at the address that is given, or nothing when there is none.
 * @throws {SettingError} when the address or the model is missing
 */
export function openAssistant(given: AssistantPlace): Assistant | undefined {
  const { assistantUrl, assistantKey, assistantModel, assistantPrompt } = given;
  if (assistantUrl === undefined) {
    // Whoever names a model or a key does not expect an echo.
    if ((assistantKey ?? assistantModel ?? assistantPrompt) === undefined) return undefined;
    throw new SettingError(
      'CHAT_ASSISTANT_URL must be set when CHAT_ASSISTANT_MODEL, CHAT_ASSISTANT_KEY or CHAT_ASSISTANT_PROMPT is.',
    );
  }
  if (assistantModel === undefined || assistantModel.trim() === '') {
    throw new SettingError(
      '--assistant-model or CHAT_ASSISTANT_MODEL must name the model to ask at CHAT_ASSISTANT_URL.',
    );
  }
  return openAiAssistant({
    baseUrl: assistantUrl,
    model: assistantModel,
    ...(assistantKey !== undefined && { apiKey: assistantKey }),
    ...(assistantPrompt !== undefined && { systemPrompt: assistantPrompt }),
  });
}
